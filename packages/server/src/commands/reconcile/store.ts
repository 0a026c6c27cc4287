import type { ChainTx } from '../../payouts/batch.ts'
import { type Stored, parseVersion } from '../../payouts/chainTxStore.ts'
import { textArray } from '../../db/arrays.ts'
import { type Sql, one } from '../../db/sql.ts'
import type { Crypto, Fiat, LedgerAsset } from '../../lib/money.ts'
import type { WalletKey } from '../../payouts/treasuryStore.ts'
import type { TransactionState } from '../../transactions/transaction.ts'

/** Which rows: of one mode, and those that still move or ended after `since`. Null: all. */
export type Span = { readonly livemode: boolean; readonly since: Date | null }

/** A batch as it is recorded, with its lines and versions. Amounts in minor units. */
export type BatchRecord = {
  id: string
  network: string
  asset: Crypto
  nonce: bigint | null
  state: string
  tx_hash: string | null
  /** Null until it has ended. */
  fee: bigint | null
  /** Null: booked for a batch that was made before fees were. */
  gas: bigint | null
  /** Nothing has happened to it for so long, seconds. */
  quiet_seconds: number
  is_skipped: boolean
  lines: { payout_id: string; outcome: 'paid' | 'failed' | 'released' | null; amount: string }[]
  versions: ChainTx[]
}

/** The next batches of a network after the id `after`, oldest first. */
export async function batchPage(
  sql: Sql,
  { livemode, since }: Span,
  network: string,
  after: string,
  limit: number,
): Promise<BatchRecord[]> {
  const { rows } = await sql.query<Omit<BatchRecord, 'versions'>>(
    `select b.id, b.network, b.asset, b.nonce, b.state, b.tx_hash, b.fee,
       case when b.fee_limit > 0 then coalesce((select sum(p.amount) from journal j join posting p
         on p.merchant_id = j.merchant_id and p.livemode = j.livemode and p.journal_id = j.id
         where j.merchant_id = 'platform' and j.livemode = b.livemode and j.key = 'gas:' || b.id
           and p.account = 'gas_expense'), 0) end gas,
       extract(epoch from clock_timestamp() - b.moved_at)::int quiet_seconds,
       exists (select from wallet_skip s where s.livemode = b.livemode and s.network = b.network
         and s.address = b.wallet_address and b.nonce >= s.first_nonce and b.nonce < s.next_nonce) is_skipped,
       array(select jsonb_build_object('payout_id', l.payout_id, 'outcome', l.outcome, 'amount', l.amount::text)
         from batch_payment l where l.livemode = b.livemode and l.batch_id = b.id order by l.line) lines
     from payout_batch b
     where b.livemode = $1 and b.network = $2 and b.id > $3 and ($4::timestamptz is null or coalesce(b.ended_at, now()) >= $4)
     order by b.id limit $5`,
    [livemode, network, after, since, limit],
  )
  const { rows: versions } = await sql.query<Stored & { batch_id: string }>(
    `select batch_id, version, kind, intent, raw, hash, created_at, broadcast_at from chain_tx
     where livemode = $1 and batch_id = any ($2::text[]) order by version desc`,
    [livemode, textArray(rows.map(({ id }) => id))],
  )
  const byBatch = Map.groupBy(versions, ({ batch_id }) => batch_id)
  return rows.map((row) => ({ ...row, versions: (byBatch.get(row.id) ?? []).map(parseVersion) }))
}

export type WalletRecord = WalletKey & { next_nonce: bigint; hold_reason: string | null }

/** Every hot wallet that payouts were ever made from. */
export async function walletsOf(sql: Sql, livemode: boolean): Promise<WalletRecord[]> {
  const { rows } = await sql.query<WalletRecord>(
    `select livemode, network, address, next_nonce, hold_reason from treasury_wallet where livemode = $1
     order by network, address`,
    [livemode],
  )
  return rows
}

/** Nonces below `end` that no batch has and that nobody has accounted for. The first `limit` of them. */
export async function looseNonces(
  sql: Sql,
  wallet: WalletKey,
  end: bigint,
  limit: number,
): Promise<bigint[]> {
  const { rows } = await sql.query<{ nonce: bigint }>(
    `select nonce from generate_series(0::numeric, $4::numeric - 1) nonce
     where not exists (select from payout_batch b
       where b.livemode = $1 and b.network = $2 and b.wallet_address = $3 and b.nonce = nonce.nonce)
     and not exists (select from wallet_skip s where s.livemode = $1 and s.network = $2 and s.address = $3
       and nonce.nonce >= s.first_nonce and nonce.nonce < s.next_nonce)
     order by nonce limit $5`,
    [wallet.livemode, wallet.network, wallet.address, end, limit],
  )
  return rows.map(({ nonce }) => nonce)
}

/** Payments that the owner booked as capital in hot wallets: how many per asset. */
export async function capitalBookings(sql: Sql, livemode: boolean): Promise<Set<string>> {
  const { rows } = await sql.query<{ asset: string }>(
    `select distinct p.asset from journal j join posting p
       on p.merchant_id = j.merchant_id and p.livemode = j.livemode and p.journal_id = j.id
     where j.merchant_id = 'platform' and j.livemode = $1 and j.key like 'capital:hot\\_wallet:%'
       and p.account = 'hot_wallet'`,
    [livemode],
  )
  return new Set(rows.map(({ asset }) => asset))
}

/** What the ledger says that all hot wallets of a mode hold, per asset. */
export async function bookedInWallets(sql: Sql, livemode: boolean): Promise<Map<LedgerAsset, bigint>> {
  const { rows } = await sql.query<{ asset: LedgerAsset; amount: bigint }>(
    `select asset, sum(amount) amount from posting where livemode = $1 and account = 'hot_wallet' group by asset`,
    [livemode],
  )
  return new Map(rows.map(({ asset, amount }) => [asset, amount]))
}

export type PaymentRecord = {
  merchant_id: string
  id: string
  state: TransactionState
  amount: bigint
  currency: Fiat
  amount_refunded: bigint
  acquirer_ref: string | null
}

/** Every transaction of the span with an acquirer. */
export async function paymentsOf(
  sql: Sql,
  { livemode, since }: Span,
  acquirer: string,
): Promise<PaymentRecord[]> {
  const { rows } = await sql.query<PaymentRecord>(
    `select merchant_id, id, state, amount, currency, amount_refunded, acquirer_ref from transaction
     where livemode = $1 and acquirer = $2
       and ($3::timestamptz is null or greatest(created_at, captured_at, paid_out_at) >= $3)`,
    [livemode, acquirer, since],
  )
  return rows
}

/** The transactions of these payments, whenever they were made. */
export async function paymentsByRef(
  sql: Sql,
  livemode: boolean,
  acquirer: string,
  refs: readonly string[],
  ids: readonly string[],
): Promise<PaymentRecord[]> {
  const { rows } = await sql.query<PaymentRecord>(
    `select merchant_id, id, state, amount, currency, amount_refunded, acquirer_ref from transaction
     where livemode = $1 and acquirer = $2 and (acquirer_ref = any ($3::text[]) or id = any ($4::text[]))`,
    [livemode, acquirer, textArray(refs), textArray(ids)],
  )
  return rows
}

/** How many journals the mode has. */
export async function countJournals(sql: Sql, livemode: boolean): Promise<number> {
  return (
    await one<{ n: number }>(sql, 'select count(*)::int n from journal where livemode = $1', [livemode])
  ).n
}
