import type { TransferIntent } from '../adapters/chain.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import { type PayoutRow, type PayoutState, sourcesOf } from './payout.ts'

const COLUMNS = `p.merchant_id, p.livemode, p.id, p.transaction_id, p.state, p.status, p.amount, p.asset, p.network,
  p.address, p.payout_address_mac, p.wallet_address, p.nonce, p.hold_reason, p.failure_reason, p.tx_hash, p.confirmations, p.metadata,
  p.webhook_url, p.tries, p.created_at, p.sent_at, p.completed_at,
  array(select x.hash from chain_tx x where x.merchant_id = p.merchant_id and x.livemode = p.livemode
    and x.payout_id = p.id and x.broadcast_at is not null order by x.version) attempts`
/** Payouts, ready for a `where`. */
export const SELECT = `select ${COLUMNS} from payout p`
const UNFINISHED = `p.state not in ('final', 'failed')`

export type NewPayout = {
  id: string
  transaction_id: string
  amount: bigint
  asset: Crypto
  network: string
  address: string
  payout_address_mac: Buffer | null
  metadata: string
  webhook_url: string | null
}

export async function insertPayout(tx: Tx, tenant: Tenant, payout: NewPayout): Promise<void> {
  await tx.query(
    `insert into payout (merchant_id, livemode, id, transaction_id, amount, asset, network, address, metadata, webhook_url,
       payout_address_mac, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, date_trunc('milliseconds', now()))`,
    [
      tenant.merchant_id,
      tenant.livemode,
      payout.id,
      payout.transaction_id,
      payout.amount,
      payout.asset,
      payout.network,
      payout.address,
      payout.metadata,
      payout.webhook_url,
      payout.payout_address_mac,
    ],
  )
}

export async function findPayout(sql: Sql, ref: Ref): Promise<PayoutRow | null> {
  return await maybeOne<PayoutRow>(
    sql,
    `${SELECT} where p.merchant_id = $1 and p.livemode = $2 and p.id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** Takes the row for a while, unless it is finished or someone else holds it. */
export async function leasePayout(sql: Sql, ref: Ref, lease_seconds: number): Promise<PayoutRow | null> {
  return await maybeOne<PayoutRow>(
    sql,
    `update payout p set lease_until = now() + $4 * interval '1 second', tries = p.tries + 1,
       wake_at = now() + $4 * interval '1 second'
     where p.merchant_id = $1 and p.livemode = $2 and p.id = $3 and ${UNFINISHED}
       and (p.lease_until is null or p.lease_until <= now())
     returning ${COLUMNS}`,
    [ref.merchant_id, ref.livemode, ref.id, lease_seconds],
  )
}

/** Gives the row back, to be looked at again after `delay_ms`. */
export async function releasePayout(sql: Sql, ref: Ref, delay_ms: number): Promise<void> {
  await sql.query(
    `update payout p set lease_until = null, wake_at = now() + $4 * interval '1 millisecond'
     where p.merchant_id = $1 and p.livemode = $2 and p.id = $3 and ${UNFINISHED}`,
    [ref.merchant_id, ref.livemode, ref.id, delay_ms],
  )
}

export async function wakingPayouts(sql: Sql, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `select p.merchant_id, p.livemode, p.id from payout p where ${UNFINISHED} and p.wake_at <= now()
       and (p.lease_until is null or p.lease_until <= now()) order by p.wake_at limit $1`,
    [limit],
  )
  return rows
}

export type PayoutMove = {
  wallet_address?: string
  nonce?: bigint
  tx_hash?: string
  hold_reason?: string
  failure_reason?: string
  confirmations?: number
}

/** Moves the row to `to` from any state that may go there. Null: refused, nothing written. */
export async function movePayout(
  tx: Tx,
  ref: Ref,
  to: PayoutState,
  move: PayoutMove = {},
): Promise<PayoutRow | null> {
  const moved = await maybeOne<{ id: string }>(
    tx,
    `update payout p set state = $4, tries = 0,
       moved_at = case when state <> $4 then clock_timestamp() else moved_at end,
       wallet_address = coalesce($6, wallet_address), nonce = coalesce($7, nonce), tx_hash = coalesce($8, tx_hash),
       hold_reason = $9, failure_reason = $10, confirmations = coalesce($11, confirmations),
       sent_at = case when $4 in ('broadcast', 'mined') then coalesce(sent_at, date_trunc('milliseconds', now())) else sent_at end,
       completed_at = case when $4 = 'final' then date_trunc('milliseconds', now()) else completed_at end
     where p.merchant_id = $1 and p.livemode = $2 and p.id = $3 and p.state = any($5) returning id`,
    [
      ref.merchant_id,
      ref.livemode,
      ref.id,
      to,
      sourcesOf(to),
      move.wallet_address ?? null,
      move.nonce ?? null,
      move.tx_hash ?? null,
      move.hold_reason ?? null,
      move.failure_reason ?? null,
      move.confirmations ?? null,
    ],
  )
  return moved ? await findPayout(tx, ref) : null
}

export type ChainTxRow = { version: number; intent: TransferIntent; raw: string | null; hash: string | null }

/** Stores the whole unsigned transaction before anyone signs it. */
export async function insertChainTx(
  tx: Tx,
  payout: PayoutRow,
  nonce: bigint,
  wallet: string,
  intent: TransferIntent,
): Promise<void> {
  await tx.query(
    `insert into chain_tx (livemode, network, wallet_address, nonce, version, merchant_id, payout_id, asset, address, amount, intent)
     values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10)`,
    [
      payout.livemode,
      payout.network,
      wallet,
      nonce,
      payout.merchant_id,
      payout.id,
      payout.asset,
      payout.address,
      payout.amount,
      JSON.stringify({ ...intent, amount: intent.amount.toString() }),
    ],
  )
}

/** The newest version of the payout's transaction. */
export async function latestChainTx(sql: Sql, ref: Ref): Promise<ChainTxRow | null> {
  type Stored = Omit<ChainTxRow, 'intent'> & { intent: Omit<TransferIntent, 'amount'> & { amount: string } }
  const row = await maybeOne<Stored>(
    sql,
    `select version, intent, raw, hash from chain_tx where merchant_id = $1 and livemode = $2 and payout_id = $3
     order by version desc limit 1`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
  return row && { ...row, intent: { ...row.intent, amount: BigInt(row.intent.amount) } }
}

/** Stores the signed bytes, once. A second signature of the same intent, in the same bytes or others, changes nothing. */
export async function storeSignature(
  tx: Tx,
  ref: Ref,
  version: number,
  signed: { raw: string; hash: string },
): Promise<void> {
  await tx.query(
    `update chain_tx set raw = $5, hash = $6
     where merchant_id = $1 and livemode = $2 and payout_id = $3 and version = $4 and raw is null`,
    [ref.merchant_id, ref.livemode, ref.id, version, signed.raw, signed.hash],
  )
}

export async function markBroadcast(tx: Tx, ref: Ref, version: number): Promise<void> {
  await tx.query(
    `update chain_tx set broadcast_at = now()
     where merchant_id = $1 and livemode = $2 and payout_id = $3 and version = $4 and broadcast_at is null`,
    [ref.merchant_id, ref.livemode, ref.id, version],
  )
}
