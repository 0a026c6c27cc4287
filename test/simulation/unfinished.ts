import type { Db } from '../../packages/server/src/db/sql.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'

export type Unfinished = {
  readonly kind: 'transaction' | 'payout'
  readonly ref: Ref
  readonly state: string
}

/** What is left to do of these merchants, in their order: in the order of ids it would differ from run to run. */
export async function unfinishedOf(db: Db, merchants: readonly string[]): Promise<Unfinished[]> {
  const { rows } = await db.query<Omit<Unfinished, 'ref'> & Ref>(
    `select 'transaction' kind, merchant_id, livemode, id, state from transaction
     where merchant_id = any ($1) and state in ('authorizing', 'authorized', 'capturing', 'voiding')
     union all
     select 'payout', merchant_id, livemode, id, state from payout
     where merchant_id = any ($1) and state not in ('final', 'failed')
     order by merchant_id, kind`,
    [merchants],
  )
  return rows.map(({ kind, state, ...ref }) => ({ kind, state, ref }))
}

/** Leases run out and waiting is over, of everything that is unfinished. */
export async function passTime(db: Db, merchants: readonly string[]): Promise<void> {
  await db.query(
    `with t as (
       update transaction set wake_at = now(), lease_until = null where merchant_id = any ($1)
         and state in ('authorizing', 'authorized', 'capturing', 'voiding')),
     p as (
       update payout set wake_at = now(), lease_until = null where merchant_id = any ($1) and state in ('queued', 'held'))
     update payout_batch b set wake_at = now(), lease_until = null where b.state not in ('final', 'cancelled')
       and b.id in (select batch_id from payout where merchant_id = any ($1) and state not in ('final', 'failed'))`,
    [merchants],
  )
}
