import type { Sql, Tx } from '../db/sql.ts'
import { textArray } from '../db/arrays.ts'
import type { PublishedEvent } from '../events/publishStore.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'

/** Events beyond `after`, up to `to`, at most `limit`. */
export type Range = { readonly after: number; readonly to: number | null; readonly limit: number }

const RANGE = 'sequence > $3 and ($4::bigint is null or sequence <= $4)'
const EVENT =
  'select id, type, sequence, webhook_url, endpoint_id from event where merchant_id = $1 and livemode = $2'

/** Events of the range that the endpoint has not accepted: pending or given up. Oldest first. */
export async function unacknowledgedInRange(
  sql: Sql,
  { merchant_id, livemode, id }: Ref,
  { after, to, limit }: Range,
): Promise<PublishedEvent[]> {
  const { rows } = await sql.query<PublishedEvent>(
    `select e.* from (
       select event_id, sequence from webhook_delivery
       where merchant_id = $1 and livemode = $2 and endpoint_id = $6 and ${RANGE} order by sequence limit $5) d
     cross join lateral (${EVENT} and id = d.event_id limit 1) e order by e.sequence`,
    [merchant_id, livemode, after, to, limit, id],
  )
  return rows
}

/** All published events of the range, oldest first. */
export async function eventsInRange(
  sql: Sql,
  { merchant_id, livemode }: Tenant,
  { after, to, limit }: Range,
): Promise<PublishedEvent[]> {
  const { rows } = await sql.query<PublishedEvent>(`${EVENT} and ${RANGE} order by sequence limit $5`, [
    merchant_id,
    livemode,
    after,
    to,
    limit,
  ])
  return rows
}

/** Notes one resend per event to this endpoint, numbered from `last_resend` on. The caller holds the counter. */
export async function insertResends(
  tx: Tx,
  { merchant_id, livemode }: Tenant,
  endpoint_id: string,
  event_ids: readonly string[],
  last_resend: bigint,
): Promise<void> {
  await tx.query(
    `with counted as (
       update event_counter set last_resend = $4::bigint + cardinality($5::text[])
       where merchant_id = $1 and livemode = $2)
     insert into event_resend (merchant_id, livemode, event_id, sequence, endpoint_id)
     select $1, $2, id, $4::bigint + place, $3 from unnest($5::text[]) with ordinality e (id, place)`,
    [merchant_id, livemode, endpoint_id, last_resend, textArray(event_ids)],
  )
}
