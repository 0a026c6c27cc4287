import type { Sql } from '../db/sql.ts'

/** How many rows of one kind wait in one state, and for how long the oldest has. */
export type Backlog = {
  readonly kind: 'transaction' | 'unknown' | 'payout' | 'delivery' | 'event' | 'mail'
  readonly state: string
  readonly waiting: number
  readonly oldest_seconds: number
}

/** So many rows of a kind are counted at most: a long queue must not make looking at it slow. */
const COUNTED_MAX = 50_000

/** Charges that need a person, and since when they do. */
const UNKNOWN = `(select state, unknown_since created_at from transaction where unknown_since is not null)`

/** What is unfinished, over the partial indexes that hold nothing else: history of any length costs nothing. */
export async function readBacklog(sql: Sql): Promise<Backlog[]> {
  const count = (kind: Backlog['kind'], state: string, from: string) =>
    `select '${kind}' kind, state, count(*)::int waiting,
       greatest(0, extract(epoch from now() - min(created_at)))::float8 oldest_seconds
     from (select ${state} state, created_at from ${from} limit ${COUNTED_MAX}) ${kind} group by state`
  const { rows } = await sql.query<Backlog>(
    [
      count(
        'transaction',
        'state',
        `transaction where state in ('authorizing', 'authorized', 'capturing', 'voiding')`,
      ),
      count('unknown', 'state', `${UNKNOWN} unknown`),
      count('payout', 'status', `payout where state not in ('final', 'failed')`),
      count('delivery', 'state', `webhook_delivery where state = 'pending'`),
      count('event', `'pending'`, `event where fanned_out_at is null`),
      count('mail', 'state', `mail where state = 'pending'`),
    ].join(' union all '),
  )
  return rows
}
