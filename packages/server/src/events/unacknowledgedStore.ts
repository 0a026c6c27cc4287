import { type Sql, maybeOne, one } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'
import type { EventRow } from './event.ts'
import { SELECT } from './store.ts'

const TENANT = 'merchant_id = $1 and livemode = $2'
const OF_ENDPOINT = `${TENANT} and endpoint_id = $3`
const COUNT_MAX = 10_000

/** Whether there is such a webhook endpoint. */
export async function isEndpoint(sql: Sql, { merchant_id, livemode, id }: Ref): Promise<boolean> {
  const row = await maybeOne(
    sql,
    `select id from webhook_endpoint where ${TENANT} and id = $3 and deleted_at is null`,
    [merchant_id, livemode, id],
  )
  return row !== null
}

/**
 * The events after that sequence that the endpoint has not accepted, pending and given up, oldest first, and one more if
 * there is one. Their deliveries are a range of the key; each event is found by its own (without `limit 1` PostgreSQL may
 * rather read all events).
 */
export async function unacknowledgedEvents(
  sql: Sql,
  endpoint: Ref,
  after: number,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await sql.query<EventRow>(
    `select e.* from (
       select event_id, sequence from webhook_delivery where ${OF_ENDPOINT} and sequence > $4
       order by sequence limit $5) d
     cross join lateral (${SELECT} where ${TENANT} and id = d.event_id limit 1) e
     order by d.sequence`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id, after, limit + 1],
  )
  return rows
}

/** How many events the endpoint has not accepted, counted up to COUNT_MAX. */
export async function countUnacknowledged(sql: Sql, endpoint: Ref): Promise<number> {
  const { n } = await one<{ n: bigint }>(
    sql,
    `select count(*) n from (
       select from webhook_delivery where ${OF_ENDPOINT} order by sequence limit ${COUNT_MAX}) d`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id],
  )
  return Number(n)
}
