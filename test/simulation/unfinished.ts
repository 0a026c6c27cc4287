import type { Db } from '../../packages/server/src/db/sql.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'

export type Unfinished = {
  readonly kind: 'transaction' | 'payout'
  readonly ref: Ref
  readonly state: string
  readonly batch_id: string | null
}

type Row = Omit<Unfinished, 'ref'> & Ref
const asWork = ({ kind, state, batch_id, ...ref }: Row): Unfinished => ({ kind, state, batch_id, ref })

const OPEN_TRANSACTION = `merchant_id = any ($1) and state in ('authorizing', 'authorized', 'capturing', 'voiding')`
const OPEN_PAYOUT = `merchant_id = any ($1) and state not in ('final', 'failed')`
const UNFINISHED = `
  select 'transaction' kind, merchant_id, livemode, id, state, null batch_id from transaction where ${OPEN_TRANSACTION}
  union all
  select 'payout', merchant_id, livemode, id, state, batch_id from payout where ${OPEN_PAYOUT}
  order by merchant_id, kind`

/** What is left to do of these merchants, in their order: in the order of ids it would differ from run to run. */
export async function unfinishedOf(db: Db, merchants: readonly string[]): Promise<Unfinished[]> {
  const { rows } = await db.query<Row>(UNFINISHED, [merchants])
  return rows.map(asWork)
}

// Most of it does not wait, and a row that is written costs many times one that is read.
const NOW = 'set wake_at = now(), lease_until = null where (wake_at > now() or lease_until is not null)'

/** Leases run out and waiting is over, of everything that is unfinished. Returns it, as `unfinishedOf` does. */
export async function passTime(db: Db, merchants: readonly string[]): Promise<Unfinished[]> {
  const { rows } = await db.query<Row>(
    `with t as (update transaction ${NOW} and ${OPEN_TRANSACTION}),
     p as (update payout ${NOW} and ${OPEN_PAYOUT}),
     b as (
       update payout_batch ${NOW} and state not in ('final', 'cancelled')
         and id = any (array(select batch_id from payout where ${OPEN_PAYOUT})))
     ${UNFINISHED}`,
    [merchants],
  )
  return rows.map(asWork)
}

/** One of each batch: who advances one payout of it advances them all. */
export function oncePerBatch(work: readonly Unfinished[]): Unfinished[] {
  return work.filter(
    ({ batch_id }, n) => batch_id === null || work.findIndex((one) => one.batch_id === batch_id) === n,
  )
}

/** Every call that these merchants' payments made to the acquirer was made a day earlier. */
export async function nextDay(db: Db, merchants: readonly string[]): Promise<void> {
  await db.query(
    `update acquirer_request set first_sent_at = first_sent_at - interval '1 day' where merchant_id = any ($1)`,
    [merchants],
  )
}
