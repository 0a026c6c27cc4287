import { type Sql, type Tx, one } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { EventRow } from './event.ts'

/**
 * Merchants and modes that have events to publish. Jumps from one to the next in the index, so that a long queue of one
 * costs no more than a short one.
 */
export async function unpublishedTenants(sql: Sql, limit: number): Promise<Tenant[]> {
  const next = (after: string) =>
    `(select merchant_id, livemode from event where fanned_out_at is null ${after}
      order by merchant_id, livemode limit 1)`
  const { rows } = await sql.query<Tenant>(
    `with recursive tenant as (
       ${next('')}
       union all
       select n.* from tenant t,
         lateral ${next('and (merchant_id, livemode) > (t.merchant_id, t.livemode)')} n)
     select merchant_id, livemode from tenant limit $1`,
    [limit],
  )
  return rows
}

/**
 * The last number that was given out. Locked until commit: whoever publishes or resends for this merchant and mode
 * waits, so numbers come in the order of commits. Payments only insert events and never wait here.
 */
export async function lockCounter(
  tx: Tx,
  { merchant_id, livemode }: Tenant,
): Promise<{ last_sequence: bigint; last_resend: bigint }> {
  return await one(
    tx,
    `insert into event_counter as c (merchant_id, livemode) values ($1, $2)
     on conflict (merchant_id, livemode) do update set last_sequence = c.last_sequence
     returning last_sequence, last_resend`,
    [merchant_id, livemode],
  )
}

/** What fan-out needs of an event that was just published. */
export type PublishedEvent = Pick<EventRow, 'id' | 'type' | 'sequence' | 'webhook_url' | 'endpoint_id'>

/**
 * Common table expressions that give the next numbers to committed events, in the order in which they were recorded, and
 * count them for the lists; `published` is what fan-out needs. The caller holds the counter. Events that an older version
 * numbered when they were recorded keep their number. Parameters: merchant, mode, last number, how many at most.
 */
export const PUBLISH = `waiting as (
    select id, sequence is null fresh, row_number() over (partition by sequence is null order by place) n
    from (select id, sequence, place from event
      where merchant_id = $1 and livemode = $2 and fanned_out_at is null order by place limit $4) w),
  published as (
    update event e set fanned_out_at = now(),
      sequence = case when w.fresh then $3::bigint + w.n else e.sequence end
    from waiting w where e.merchant_id = $1 and e.livemode = $2 and e.id = w.id
    returning e.id, e.type, e.webhook_url, e.endpoint_id, e.created_at, e.sequence, w.fresh),
  counted as (
    insert into list_count (merchant_id, livemode, list, word, hour, n)
    select $1, $2, 'event', type, date_trunc('hour', created_at, 'UTC'), count(*)
    from published where fresh group by 4, 5),
  moved as (
    update event_counter set last_sequence = last_sequence + (select count(*) from waiting where fresh)
    where merchant_id = $1 and livemode = $2)`
