import type { Intent, SignedTransaction } from '../adapters/chain.ts'
import type { Sql, Tx } from '../db/sql.ts'
import type { BatchRef, BatchRow, ChainTx } from './batch.ts'

/** A version as the database has it: amounts of its intent as text. */
export type Stored = Omit<ChainTx, 'intent'> & {
  intent: Omit<Intent, 'payments' | 'fee'> & {
    payments: (Omit<Intent['payments'][number], 'amount'> & { amount: string })[]
    fee: string
  }
}

/**
 * Stores the whole unsigned transaction before anyone signs it. The database refuses one that makes other payments than
 * its batch has, or is of another nonce or wallet.
 */
export async function insertVersion(
  tx: Tx,
  batch: Pick<BatchRow, 'livemode' | 'id' | 'network' | 'wallet_address' | 'nonce'>,
  version: number,
  kind: ChainTx['kind'],
  intent: Intent,
): Promise<void> {
  await tx.query(
    `insert into chain_tx (livemode, batch_id, version, kind, network, wallet_address, nonce, intent)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      batch.livemode,
      batch.id,
      version,
      kind,
      batch.network,
      batch.wallet_address,
      batch.nonce,
      JSON.stringify(intent, (key, value: unknown) =>
        key === 'payee' ? undefined : typeof value === 'bigint' ? value.toString() : value,
      ),
    ],
  )
  await tx.query(
    'update payout_batch set fee_limit = greatest(fee_limit, $3) where livemode = $1 and id = $2',
    [batch.livemode, batch.id, intent.fee],
  )
}

/** Every version of the batch's transaction, newest first. */
export async function versionsOf(sql: Sql, batch: BatchRef): Promise<ChainTx[]> {
  const { rows } = await sql.query<Stored>(
    `select version, kind, intent, raw, hash, created_at, broadcast_at from chain_tx where livemode = $1 and batch_id = $2
     order by version desc`,
    [batch.livemode, batch.id],
  )
  return rows.map(parseVersion)
}

/** A version with its amounts as numbers. */
export function parseVersion({ intent, ...row }: Stored): ChainTx {
  return {
    ...row,
    intent: {
      ...intent,
      payments: intent.payments.map((payment) => ({ ...payment, amount: BigInt(payment.amount) })),
      fee: BigInt(intent.fee),
    },
  }
}

/**
 * Stores the signed bytes, once: the first signature stays, also where a signer does not make the same one twice.
 */
export async function storeSignature(
  sql: Sql,
  batch: BatchRef,
  version: number,
  signed: SignedTransaction,
): Promise<void> {
  await sql.query(
    `update chain_tx set raw = $4, hash = $5 where livemode = $1 and batch_id = $2 and version = $3 and raw is null`,
    [batch.livemode, batch.id, version, signed.raw, signed.hash],
  )
}

/** Notes that the network has a version. From then on it is the one whose hash is shown, until one is in a block. */
export async function markBroadcast(sql: Sql, batch: BatchRef, version: number): Promise<void> {
  await sql.query(
    `with sent as (
       update chain_tx set broadcast_at = now()
       where livemode = $1 and batch_id = $2 and version = $3 and broadcast_at is null returning hash)
     update payout_batch set tx_hash = sent.hash from sent
     where livemode = $1 and id = $2 and state in ('signed', 'broadcast')`,
    [batch.livemode, batch.id, version],
  )
}

/** Notes that the network did not take a version, so that another one may follow it. */
export async function markRefused(sql: Sql, batch: BatchRef, version: number): Promise<void> {
  await sql.query(
    `update chain_tx set refused_at = now()
     where livemode = $1 and batch_id = $2 and version = $3 and broadcast_at is null and refused_at is null`,
    [batch.livemode, batch.id, version],
  )
}
