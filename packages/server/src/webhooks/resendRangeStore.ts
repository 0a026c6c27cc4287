import type { Sql, Tx } from '../db/sql.ts'
import { textArray } from '../db/arrays.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'

/** Events of which an endpoint should hear again: beyond `after`, up to `to`, at most `limit`. */
export type Range = { readonly after: number; readonly to: number | null; readonly limit: number }

/** An event of the range, and where the endpoint hears of it today. `url` null: it does not. */
export type InRange = { readonly event_id: string; readonly sequence: bigint; readonly url: string | null }

const RANGE = 'sequence > $4 and ($5::bigint is null or sequence <= $5) order by sequence limit $6'
const URL = 'case when w.is_default then coalesce(e.webhook_url, w.url) else w.url end'
const parameters = (endpoint: Ref, { after, to, limit }: Range) => [
  endpoint.merchant_id,
  endpoint.livemode,
  endpoint.id,
  after,
  to,
  limit,
]

/** What the endpoint has not accepted: pending or given up. */
export async function unacknowledgedInRange(sql: Sql, endpoint: Ref, range: Range): Promise<InRange[]> {
  const { rows } = await sql.query<InRange>(
    `select d.event_id, d.sequence, ${URL} url
     from (select event_id, sequence from webhook_delivery
       where merchant_id = $1 and livemode = $2 and endpoint_id = $3 and ${RANGE}) d
     join webhook_endpoint w on w.merchant_id = $1 and w.livemode = $2 and w.id = $3
     cross join lateral (select webhook_url from event
       where merchant_id = $1 and livemode = $2 and id = d.event_id) e
     order by d.sequence`,
    parameters(endpoint, range),
  )
  return rows
}

/** All published events, with a URL only where the endpoint listens to them: not to test events of others. */
export async function eventsInRange(sql: Sql, endpoint: Ref, range: Range): Promise<InRange[]> {
  const { rows } = await sql.query<InRange>(
    `select e.id event_id, e.sequence,
       case when case when e.endpoint_id is null then w.events && array['*', e.type] else w.id = e.endpoint_id end
         then ${URL} end url
     from (select id, type, sequence, webhook_url, endpoint_id from event
       where merchant_id = $1 and livemode = $2 and ${RANGE}) e
     join webhook_endpoint w on w.merchant_id = $1 and w.livemode = $2 and w.id = $3
     order by e.sequence`,
    parameters(endpoint, range),
  )
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
