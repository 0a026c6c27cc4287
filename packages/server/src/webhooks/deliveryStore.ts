import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { EventRow } from '../events/event.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'

/** An endpoint that should hear of an event, and where. */
export type Listener = { endpoint_id: string; url: string }

/**
 * Who should hear of the event now: enabled endpoints that listen to its type, or only the one it was made for. The
 * session's own URL stands in for the default endpoint's and is signed with its secret.
 */
export async function findListeners(
  sql: Sql,
  event: Pick<EventRow, 'merchant_id' | 'livemode' | 'type' | 'webhook_url' | 'endpoint_id'>,
): Promise<Listener[]> {
  const { rows } = await sql.query<Listener>(
    `select * from (
       select id endpoint_id, case when is_default then coalesce($3, url) else url end url from webhook_endpoint
       where merchant_id = $1 and livemode = $2 and status = 'enabled' and deleted_at is null
         and case when $5::text is null then events && array['*', $4] else id = $5 end) e
     where url is not null order by endpoint_id`,
    [event.merchant_id, event.livemode, event.webhook_url, event.type, event.endpoint_id],
  )
  return rows
}

const INSERT = `insert into webhook_delivery as d (merchant_id, livemode, event_id, id, endpoint_id, url)
  select $1, $2, $3, new.* from unnest($4::text[], $5::text[], $6::text[]) new`

/** One delivery per listener. Those that a resend was quicker to make are left as they are. Returns the new ones. */
export async function insertDeliveries(
  tx: Tx,
  event: Ref,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<Ref[]> {
  return await write(tx, `${INSERT} on conflict do nothing returning d.id`, event, listeners, newIds)
}

/**
 * Makes or re-arms the listeners' deliveries: they begin afresh, with tries and 72 hours of their own, at the URL of
 * today. One that a worker holds stays with it until its try has ended: see `recordTry` and `releaseRearmed`.
 */
export async function armDeliveries(
  tx: Tx,
  event: Ref,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<Ref[]> {
  return await write(
    tx,
    `${INSERT} on conflict (merchant_id, livemode, event_id, endpoint_id) do update set url = excluded.url,
       state = 'pending', tries = 0, resends = d.resends + 1, armed_at = now(), wake_at = now(), finished_at = null
     returning d.id`,
    event,
    listeners,
    newIds,
  )
}

async function write(
  tx: Tx,
  text: string,
  { merchant_id, livemode, id }: Ref,
  listeners: readonly Listener[],
  newIds: () => string,
): Promise<Ref[]> {
  const { rows } = await tx.query<{ id: string }>(text, [
    merchant_id,
    livemode,
    id,
    listeners.map(newIds),
    listeners.map(({ endpoint_id }) => endpoint_id),
    listeners.map(({ url }) => url),
  ])
  return rows.map((row) => ({ merchant_id, livemode, id: row.id }))
}

export type DeliveryRow = Ref & {
  event_id: string
  endpoint_id: string
  url: string
  tries: number
  resends: number
  /** Since when it is being tried: its event's fan-out, or its last resend. */
  armed_at: Date
  secret_sealed: Buffer
  /** After a rotation, while the old secret signs as well. */
  previous_secret_sealed: Buffer | null
}

/** Takes the delivery for a while, unless it is done, someone else holds it, or its endpoint is off. */
export async function leaseDelivery(sql: Sql, ref: Ref, lease_seconds: number): Promise<DeliveryRow | null> {
  return await maybeOne<DeliveryRow>(
    sql,
    `update webhook_delivery d set lease_until = now() + $4 * interval '1 second', tries = d.tries + 1,
       wake_at = now() + $4 * interval '1 second'
     from webhook_endpoint e
     where d.merchant_id = $1 and d.livemode = $2 and d.id = $3 and d.state = 'pending'
       and (d.lease_until is null or d.lease_until <= now())
       and e.merchant_id = d.merchant_id and e.livemode = d.livemode and e.id = d.endpoint_id
       and e.status = 'enabled' and e.deleted_at is null
     returning d.merchant_id, d.livemode, d.id, d.event_id, d.endpoint_id, d.url, d.tries, d.resends,
       coalesce(d.armed_at, d.created_at) armed_at, e.secret_sealed,
       case when e.previous_secret_until > now() then e.previous_secret_sealed end previous_secret_sealed`,
    [ref.merchant_id, ref.livemode, ref.id, lease_seconds],
  )
}

export type TryResult = {
  state: 'pending' | 'succeeded' | 'failed'
  status: number | null
  diagnosis: string
  retry_ms: number | null
}

/**
 * Writes down how a try ended. With `retry_ms` it is tried again; without, it is over. False, and nothing is written,
 * when the delivery went on without this try: re-armed, or taken over when its lease ran out. That a receiver accepted
 * counts though another holds it by now, or its endpoint was switched off meanwhile.
 */
export async function recordTry(sql: Sql, tried: DeliveryRow, result: TryResult): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update webhook_delivery set state = $4, last_status = $5, last_diagnosis = $6, lease_until = null,
       wake_at = now() + coalesce($7, 0) * interval '1 millisecond',
       finished_at = case when $4 <> 'pending' then now() end
     where merchant_id = $1 and livemode = $2 and id = $3 and resends = $8
       and (state = 'pending' and tries = $9 or state <> 'succeeded' and $4 = 'succeeded')`,
    [
      tried.merchant_id,
      tried.livemode,
      tried.id,
      result.state,
      result.status,
      result.diagnosis,
      result.retry_ms,
      tried.resends,
      tried.tries,
    ],
  )
  return rowCount === 1
}

/** Lets go of a delivery that was re-armed during this try and that nobody has tried since. False: it was not. */
export async function releaseRearmed(sql: Sql, tried: DeliveryRow): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update webhook_delivery set lease_until = null, wake_at = now()
     where merchant_id = $1 and livemode = $2 and id = $3 and state = 'pending' and resends > $4 and tries = 0`,
    [tried.merchant_id, tried.livemode, tried.id, tried.resends],
  )
  return rowCount === 1
}

/** Ends what is still on its way to an endpoint that was switched off. Switching it on again brings none of it back. */
export async function stopDeliveries(tx: Tx, endpoint: Ref, diagnosis: string): Promise<void> {
  await tx.query(
    `update webhook_delivery set state = 'failed', last_diagnosis = $4, finished_at = now()
     where merchant_id = $1 and livemode = $2 and endpoint_id = $3 and state = 'pending'`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id, diagnosis],
  )
}

/** Ends a delivery that was made at the very moment when its endpoint was switched off, so that nobody stopped it. */
export async function stopDelivery(sql: Sql, ref: Ref, diagnosis: string): Promise<void> {
  await sql.query(
    `update webhook_delivery d set state = 'failed', last_diagnosis = $4, finished_at = now() from webhook_endpoint e
     where d.merchant_id = $1 and d.livemode = $2 and d.id = $3 and d.state = 'pending'
       and e.merchant_id = d.merchant_id and e.livemode = d.livemode and e.id = d.endpoint_id
       and (e.status <> 'enabled' or e.deleted_at is not null)`,
    [ref.merchant_id, ref.livemode, ref.id, diagnosis],
  )
}

export async function wakingDeliveries(sql: Sql, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `select merchant_id, livemode, id from webhook_delivery where state = 'pending' and wake_at <= now()
       and (lease_until is null or lease_until <= now()) order by wake_at limit $1`,
    [limit],
  )
  return rows
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
