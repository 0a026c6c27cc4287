import { textArray } from '../../db/arrays.ts'
import { type Sql, type Tx, maybeOne } from '../../db/sql.ts'
import type { PublishedEvent } from '../../events/publishStore.ts'
import type { Ref, Tenant } from '../../lib/tenant.ts'

/** An event, an endpoint that should hear of it, and where. */
export type Listener = { event_id: string; endpoint_id: string; url: string; origin: string }

/**
 * Who should hear of the events now: enabled endpoints that listen to their type, or only the one that an event was made
 * for. The session's own URL stands in for the default endpoint's and is signed with its secret.
 */
export async function findListeners(
  sql: Sql,
  { merchant_id, livemode }: Tenant,
  events: readonly PublishedEvent[],
): Promise<Listener[]> {
  const { rows } = await sql.query<Omit<Listener, 'origin'>>(
    `select * from (
       select e.id event_id, w.id endpoint_id,
         case when w.is_default then coalesce(e.webhook_url, w.url) else w.url end url
       from unnest($3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
         e (id, type, webhook_url, endpoint_id, place)
       join webhook_endpoint w on w.merchant_id = $1 and w.livemode = $2 and w.status = 'enabled'
         and w.deleted_at is null
         and case when e.endpoint_id is null then w.events && array['*', e.type] else w.id = e.endpoint_id end
       order by place, w.id) l
     where url is not null`,
    [
      merchant_id,
      livemode,
      textArray(events.map(({ id }) => id)),
      textArray(events.map(({ type }) => type)),
      textArray(events.map(({ webhook_url }) => webhook_url)),
      textArray(events.map(({ endpoint_id }) => endpoint_id)),
    ],
  )
  return rows.map((row) => ({ ...row, origin: new URL(row.url).origin }))
}

const INSERT = `insert into webhook_delivery as d
    (merchant_id, livemode, id, event_id, endpoint_id, url, origin, wake_at)
  select $1, $2, new.*, clock_timestamp() from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) new`

/** One delivery per listener. Those that a resend was quicker to make are left as they are. Returns the new ones. */
export async function insertDeliveries(
  tx: Tx,
  tenant: Tenant,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<{ endpoint_id: string; origin: string }[]> {
  const text = `${INSERT} on conflict do nothing returning d.endpoint_id, d.origin`
  return await write(tx, text, tenant, listeners, newIds)
}

/**
 * Makes or re-arms the listeners' deliveries: they begin afresh, with tries and 72 hours of their own, at the URL of
 * today. A try that is under way does not decide what happens after: see `recordTries`.
 */
export async function armDeliveries(
  tx: Tx,
  tenant: Tenant,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<{ endpoint_id: string; origin: string }[]> {
  const text = `${INSERT} on conflict (merchant_id, livemode, event_id, endpoint_id) do update set
      url = excluded.url, origin = excluded.origin, state = 'pending', tries = 0, resends = d.resends + 1,
      armed_at = now(), wake_at = excluded.wake_at, finished_at = null
    returning d.endpoint_id, d.origin`
  return await write(tx, text, tenant, listeners, newIds)
}

async function write(
  tx: Tx,
  text: string,
  { merchant_id, livemode }: Tenant,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<{ endpoint_id: string; origin: string }[]> {
  if (listeners.length === 0) return []
  const { rows } = await tx.query<{ endpoint_id: string; origin: string }>(text, [
    merchant_id,
    livemode,
    textArray(listeners.map(newIds)),
    textArray(listeners.map(({ event_id }) => event_id)),
    textArray(listeners.map(({ endpoint_id }) => endpoint_id)),
    textArray(listeners.map(({ url }) => url)),
    textArray(listeners.map(({ origin }) => origin)),
  ])
  return rows
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
           select from webhook_delivery d where d.merchant_id = e.merchant_id and d.livemode = e.livemode
             and d.event_id = e.id and d.state <> 'succeeded')) accepted`,
    [tenant.merchant_id, tenant.livemode, type, object_id],
  )
  return row?.accepted ?? false
}
