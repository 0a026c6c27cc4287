import { PUBLISH } from '../../events/publishStore.ts'
import { type Tx, one } from '../../db/sql.ts'
import type { Tenant } from '../../lib/tenant.ts'
import { HEARS, listensSql, stateOf } from './deliveryStore.ts'
import { originSql } from './origin.ts'
import { OR_ADD } from './queueStore.ts'

/**
 * Publishes at most `limit` committed events: numbers them, makes a delivery for each endpoint that should hear of one,
 * and puts those into the receivers' queues. One statement, so that thousands of events a second need not travel here
 * and back. The session's own URL stands in for the default endpoint's. Queues are added to in the order of their key, so
 * that two who add to the same ones do not wait for each other in a circle; a delivery that a resend was quicker to make
 * is left as it is. The caller holds the counter.
 * @returns how many were published, and whether anything is to be sent
 */
export async function publishAndQueue(
  tx: Tx,
  { merchant_id, livemode }: Tenant,
  last_sequence: bigint,
  limit: number,
): Promise<{ published: number; is_queued: boolean }> {
  return await one(
    tx,
    `with ${PUBLISH},
     endpoint as materialized (
       select id, url, ${originSql('url')} origin, status = 'enabled' is_on, is_default, events from webhook_endpoint
       where merchant_id = $1 and livemode = $2 and ${HEARS}),
     listener as materialized (
       select e.id event_id, e.sequence, w.id endpoint_id, w.is_on,
         case when own then e.webhook_url else w.url end url,
         case when own then ${originSql('e.webhook_url')} else w.origin end origin
       from published e join endpoint w on ${listensSql('e', 'w')}
       cross join lateral (select w.is_default and e.webhook_url is not null own) o
       where own or w.url is not null
       order by e.sequence, w.id),
     delivered as (
       insert into webhook_delivery
         (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin, state, last_diagnosis, finished_at,
          wake_at)
       select $1, $2, 'whd_' || substr(md5(event_id || endpoint_id), 1, 26), event_id, sequence, endpoint_id, url,
         origin, ${stateOf('is_on')}, clock_timestamp()
       from listener on conflict do nothing),
     queued as (
       insert into webhook_queue as q (merchant_id, livemode, endpoint_id, origin, due_at)
       select distinct $1, $2::boolean, endpoint_id, origin, now() from listener where is_on
       order by endpoint_id, origin
       ${OR_ADD} returning 1)
     select (select count(*)::int from published) published, exists (select from queued) is_queued`,
    [merchant_id, livemode, last_sequence, limit],
  )
}
