import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'

export async function insertEndpoint(
  tx: Tx,
  tenant: Tenant,
  endpoint: { id: string; url: string | null; is_default: boolean; secret_sealed: Buffer },
): Promise<void> {
  await tx.query(
    `insert into webhook_endpoint (merchant_id, livemode, id, url, is_default, secret_sealed) values ($1, $2, $3, $4, $5, $6)`,
    [
      tenant.merchant_id,
      tenant.livemode,
      endpoint.id,
      endpoint.url,
      endpoint.is_default,
      endpoint.secret_sealed,
    ],
  )
}

/** Sets the merchant's default URL. Null: no default deliveries. */
export async function setDefaultUrl(sql: Sql, tenant: Tenant, url: string | null): Promise<void> {
  await sql.query(
    'update webhook_endpoint set url = $3 where merchant_id = $1 and livemode = $2 and is_default',
    [tenant.merchant_id, tenant.livemode, url],
  )
}

/**
 * One delivery per endpoint that should hear of the event. The session's own URL stands in for the default endpoint's
 * and is signed with its secret. Returns the deliveries; `newIds` makes their ids.
 */
export async function insertDeliveries(
  tx: Tx,
  event: Ref & { webhook_url: string | null },
  newIds: () => string,
): Promise<Ref[]> {
  const { rows: endpoints } = await tx.query<{ id: string; url: string }>(
    `select id, case when is_default then coalesce($3, url) else url end url from webhook_endpoint
     where merchant_id = $1 and livemode = $2 and status = 'enabled'
       and case when is_default then coalesce($3, url) else url end is not null`,
    [event.merchant_id, event.livemode, event.webhook_url],
  )
  const deliveries = endpoints.map((endpoint) => ({ ...endpoint, delivery_id: newIds() }))
  await tx.query(
    `insert into webhook_delivery (merchant_id, livemode, event_id, id, endpoint_id, url)
     select $1, $2, $3, d.* from unnest($4::text[], $5::text[], $6::text[]) d`,
    [
      event.merchant_id,
      event.livemode,
      event.id,
      deliveries.map((d) => d.delivery_id),
      deliveries.map((d) => d.id),
      deliveries.map((d) => d.url),
    ],
  )
  return deliveries.map((d) => ({
    merchant_id: event.merchant_id,
    livemode: event.livemode,
    id: d.delivery_id,
  }))
}

export type DeliveryRow = Ref & {
  event_id: string
  endpoint_id: string
  url: string
  tries: number
  created_at: Date
  secret_sealed: Buffer
}

/** Takes the delivery for a while, unless it is done or someone else holds it. */
export async function leaseDelivery(sql: Sql, ref: Ref, lease_seconds: number): Promise<DeliveryRow | null> {
  return await maybeOne<DeliveryRow>(
    sql,
    `update webhook_delivery d set lease_until = now() + $4 * interval '1 second', tries = d.tries + 1,
       wake_at = now() + $4 * interval '1 second'
     from webhook_endpoint e
     where d.merchant_id = $1 and d.livemode = $2 and d.id = $3 and d.state = 'pending'
       and (d.lease_until is null or d.lease_until <= now())
       and e.merchant_id = d.merchant_id and e.livemode = d.livemode and e.id = d.endpoint_id
     returning d.merchant_id, d.livemode, d.id, d.event_id, d.endpoint_id, d.url, d.tries, d.created_at, e.secret_sealed`,
    [ref.merchant_id, ref.livemode, ref.id, lease_seconds],
  )
}

/** Writes down how a try ended. With `retry_ms` it is tried again; without, it is over. */
export async function recordTry(
  sql: Sql,
  ref: Ref,
  result: {
    state: 'pending' | 'succeeded' | 'failed'
    status: number | null
    diagnosis: string
    retry_ms: number | null
  },
): Promise<void> {
  await sql.query(
    `update webhook_delivery set state = $4, last_status = $5, last_diagnosis = $6, lease_until = null,
       wake_at = now() + coalesce($7, 0) * interval '1 millisecond',
       finished_at = case when $4 <> 'pending' then now() end
     where merchant_id = $1 and livemode = $2 and id = $3 and state = 'pending'`,
    [ref.merchant_id, ref.livemode, ref.id, result.state, result.status, result.diagnosis, result.retry_ms],
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
