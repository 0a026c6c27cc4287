import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'

/** A key as it was sent: of one merchant and mode, for one route. */
export type KeyRef = Tenant & { readonly route: string; readonly key: string }

/**
 * Takes the key until the transaction ends, and for good if it commits. False: it was taken before. Waits up to
 * `wait_ms` for a twin that is still running, then fails with PostgreSQL's 55P03 (lock_not_available).
 */
export async function claimKey(tx: Tx, ref: KeyRef, fingerprint: Buffer, wait_ms: number): Promise<boolean> {
  await tx.query("select set_config('lock_timeout', $1, true)", [String(wait_ms)])
  // The empty answer is never seen by anyone: the transaction that inserts it puts the real one in its place.
  const { rowCount } = await tx.query(
    `insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, status, answer_sealed)
     values ($1, $2, $3, $4, $5, 200, '') on conflict do nothing`,
    [ref.merchant_id, ref.livemode, ref.route, ref.key, fingerprint],
  )
  // The limit is for the twin, not for what the work itself has to wait for.
  await tx.query('set local lock_timeout to default')
  return rowCount === 1
}

/** Stores the answer of a key that this transaction has claimed. */
export async function keepAnswer(tx: Tx, ref: KeyRef, status: number, answer_sealed: Buffer): Promise<void> {
  await tx.query(
    `update idempotency_key set status = $5, answer_sealed = $6
     where merchant_id = $1 and livemode = $2 and route = $3 and key = $4`,
    [ref.merchant_id, ref.livemode, ref.route, ref.key, status, answer_sealed],
  )
}

export type KeptAnswer = { fingerprint: Buffer; status: number; answer_sealed: Buffer }

export async function findAnswer(tx: Sql, ref: KeyRef): Promise<KeptAnswer | null> {
  return await maybeOne<KeptAnswer>(
    tx,
    `select fingerprint, status, answer_sealed from idempotency_key
     where merchant_id = $1 and livemode = $2 and route = $3 and key = $4`,
    [ref.merchant_id, ref.livemode, ref.route, ref.key],
  )
}
