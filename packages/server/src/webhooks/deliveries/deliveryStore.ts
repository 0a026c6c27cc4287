import { numberArray, textArray } from '../../db/arrays.ts'
import { type Sql, type Tx, maybeOne } from '../../db/sql.ts'
import type { PublishedEvent } from '../../events/publishStore.ts'
import type { Ref, Tenant } from '../../lib/tenant.ts'
import { originOf } from './origin.ts'

/** An event, an endpoint that should hear of it, and where. */
export type Listener = {
  event_id: string
  sequence: bigint
  endpoint_id: string
  url: string
  origin: string
  /** Not: we stopped delivering to it. It is noted what it misses. */
  is_on: boolean
}

/** Whether an endpoint with those events listens to an event: one made for it alone, or one of a type that it asked for. */
export const listensSql = (event: string, endpoint: string): string =>
  `case when ${event}.endpoint_id is null then ${endpoint}.events && array['*', ${event}.type]
     else ${endpoint}.id = ${event}.endpoint_id end`

/** Endpoints that hear of events: all that their merchant did not switch off himself. */
export const HEARS = `deleted_at is null and disabled_reason is distinct from 'by_merchant'`

/** Of a new delivery: state, diagnosis and end. What a disabled endpoint misses is noted and not sent. */
export const stateOf = (is_on: string): string =>
  `case when ${is_on} then 'pending' else 'failed' end,
     case when not ${is_on} then 'the endpoint was disabled when this happened' end, case when not ${is_on} then now() end`

/**
 * Who should hear of the events now: endpoints that listen to their type, or only the one that an event was made for,
 * unless their merchant switched them off. The session's own URL stands in for the default endpoint's and is signed with
 * its secret.
 */
export async function findListeners(
  sql: Sql,
  { merchant_id, livemode }: Tenant,
  events: readonly PublishedEvent[],
): Promise<Listener[]> {
  const { rows } = await sql.query<Omit<Listener, 'origin'>>(
    `select * from (
       select e.id event_id, e.sequence, w.id endpoint_id, w.status = 'enabled' is_on,
         case when w.is_default then coalesce(e.webhook_url, w.url) else w.url end url
       from unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[]) with ordinality
         e (id, sequence, type, webhook_url, endpoint_id, place)
       join webhook_endpoint w on w.merchant_id = $1 and w.livemode = $2 and ${HEARS} and ${listensSql('e', 'w')}
       order by place, w.id) l
     where url is not null`,
    [
      merchant_id,
      livemode,
      textArray(events.map(({ id }) => id)),
      numberArray(events.map(({ sequence }) => sequence)),
      textArray(events.map(({ type }) => type)),
      textArray(events.map(({ webhook_url }) => webhook_url)),
      textArray(events.map(({ endpoint_id }) => endpoint_id)),
    ],
  )
  return rows.map((row) => ({ ...row, origin: originOf(row.url) }))
}

/**
 * Makes or re-arms the listeners' deliveries: they begin afresh under a new id, with tries and 72 hours of their own, at
 * the URL of today. A try that is under way does not decide what happens after: see `recordTries`.
 */
export async function armDeliveries(
  tx: Tx,
  tenant: Tenant,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<void> {
  if (listeners.length === 0) return
  const { merchant_id, livemode } = tenant
  await tx.query(
    `insert into webhook_delivery as d
       (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin, state, last_diagnosis, finished_at,
        wake_at)
     select $1, $2, id, event_id, sequence, endpoint_id, url, origin, ${stateOf('is_on')}, clock_timestamp()
     from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::boolean[])
       new (id, event_id, sequence, endpoint_id, url, origin, is_on)
     on conflict (merchant_id, livemode, endpoint_id, sequence) do update set
       id = excluded.id, url = excluded.url, origin = excluded.origin, state = excluded.state, tries = 0,
       armed_at = now(), wake_at = excluded.wake_at, finished_at = excluded.finished_at`,
    [
      merchant_id,
      livemode,
      textArray(listeners.map(newIds)),
      textArray(listeners.map(({ event_id }) => event_id)),
      numberArray(listeners.map(({ sequence }) => sequence)),
      textArray(listeners.map(({ endpoint_id }) => endpoint_id)),
      textArray(listeners.map(({ url }) => url)),
      textArray(listeners.map(({ origin }) => origin)),
      `{${listeners.map(({ is_on }) => String(is_on)).join(',')}}`,
    ],
  )
}

/** Ends what is still on its way to an endpoint that was switched off. Switching it on again brings none of it back. */
export async function stopDeliveries(tx: Sql, endpoint: Ref, diagnosis: string): Promise<void> {
  await tx.query(
    `update webhook_delivery set state = 'failed', last_diagnosis = $4, finished_at = now()
     where merchant_id = $1 and livemode = $2 and endpoint_id = $3 and state = 'pending'`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id, diagnosis],
  )
}

/**
 * Ends deliveries that were made at the very moment when their endpoint was switched off, so that nobody stopped them.
 * The endpoint is asked again: it may be on by now.
 */
export async function stopStrayDeliveries(sql: Sql, endpoint: Ref): Promise<void> {
  await sql.query(
    `update webhook_delivery d set state = 'failed', last_diagnosis = 'the endpoint was switched off',
       finished_at = now()
     from webhook_endpoint e
     where d.merchant_id = $1 and d.livemode = $2 and d.endpoint_id = $3 and d.state = 'pending'
       and e.merchant_id = d.merchant_id and e.livemode = d.livemode and e.id = d.endpoint_id
       and (e.status <> 'enabled' or e.deleted_at is not null)`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id],
  )
}

/**
 * Whether every receiver has accepted the event of that type about that object: the page waits for this before it sends
 * the customer back. True as well when nobody wants to be told.
 */
export async function wasAccepted(
  sql: Sql,
  tenant: Tenant,
  type: string,
  object_id: string,
): Promise<boolean> {
  const row = await maybeOne<{ accepted: boolean }>(
    sql,
    `select exists (
       select from event e where e.merchant_id = $1 and e.livemode = $2 and e.object_id = $4 and e.type = $3
         and e.fanned_out_at is not null and not exists (
           select from webhook_endpoint w join webhook_delivery d on d.merchant_id = w.merchant_id
             and d.livemode = w.livemode and d.endpoint_id = w.id and d.sequence = e.sequence
           where w.merchant_id = e.merchant_id and w.livemode = e.livemode)) accepted`,
    [tenant.merchant_id, tenant.livemode, type, object_id],
  )
  return row?.accepted ?? false
}

/** Removes deliveries that were given up so many days ago. Returns how many. */
export async function dropGivenUp(sql: Sql, days: number, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from webhook_delivery where ctid = any (array(
       select ctid from webhook_delivery where state = 'failed' and finished_at < now() - $1 * interval '1 day'
       order by finished_at limit $2 for update skip locked))`,
    [days, limit],
  )
  return rowCount ?? 0
}
