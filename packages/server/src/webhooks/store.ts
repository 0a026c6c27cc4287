import { type Sql, type Tx, maybeOne, one } from '../db/sql.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import type { DisabledReason, EndpointRow } from './endpoint.ts'

const COLUMNS = `merchant_id, livemode, id, url, is_default, status, disabled_reason, failing_since, events, description,
  created_at`

export type NewEndpoint = Pick<EndpointRow, 'id' | 'url' | 'is_default' | 'events' | 'description'> & {
  secret_sealed: Buffer
}

export async function insertEndpoint(tx: Tx, tenant: Tenant, endpoint: NewEndpoint): Promise<EndpointRow> {
  return await one<EndpointRow>(
    tx,
    `insert into webhook_endpoint (merchant_id, livemode, id, url, is_default, events, description, secret_sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
    [
      tenant.merchant_id,
      tenant.livemode,
      endpoint.id,
      endpoint.url,
      endpoint.is_default,
      endpoint.events,
      endpoint.description,
      endpoint.secret_sealed,
    ],
  )
}

/** Whether the merchant has a default endpoint in that mode, with or without a URL. */
export async function hasDefaultEndpoint(sql: Sql, tenant: Tenant): Promise<boolean> {
  const { rows } = await sql.query(
    'select from webhook_endpoint where merchant_id = $1 and livemode = $2 and is_default',
    [tenant.merchant_id, tenant.livemode],
  )
  return rows.length > 0
}

/** Sets the merchant's default URL. Null: no default deliveries. One that was disabled is enabled by a URL. */
export async function setDefaultUrl(
  sql: Sql,
  tenant: Tenant,
  url: string | null,
): Promise<EndpointRow | null> {
  return await maybeOne<EndpointRow>(
    sql,
    `update webhook_endpoint set url = $3, status = case when $3::text is null then status else 'enabled' end,
       disabled_reason = case when $3::text is null then disabled_reason end,
       failing_since = case when url is not distinct from $3::text then failing_since end
     where merchant_id = $1 and livemode = $2 and is_default returning ${COLUMNS}`,
    [tenant.merchant_id, tenant.livemode, url],
  )
}

/** How many endpoints there are. The merchant's row is locked until commit, so that two who count do not both add. */
export async function countEndpointsLocked(tx: Tx, tenant: Tenant): Promise<number> {
  await tx.query('select from merchant where id = $1 for no key update', [tenant.merchant_id])
  return (await allEndpoints(tx, tenant)).length
}

/** All that are not deleted, newest first. */
export async function allEndpoints(sql: Sql, tenant: Tenant): Promise<EndpointRow[]> {
  const { rows } = await sql.query<EndpointRow>(
    `select ${COLUMNS} from webhook_endpoint
     where merchant_id = $1 and livemode = $2 and deleted_at is null order by id desc`,
    [tenant.merchant_id, tenant.livemode],
  )
  return rows
}

export async function findEndpoint(sql: Sql, ref: Ref): Promise<EndpointRow | null> {
  return await maybeOne<EndpointRow>(
    sql,
    `select ${COLUMNS} from webhook_endpoint
     where merchant_id = $1 and livemode = $2 and id = $3 and deleted_at is null`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** The same, locked until commit. */
export async function lockEndpoint(tx: Tx, ref: Ref): Promise<EndpointRow | null> {
  return await maybeOne<EndpointRow>(
    tx,
    `select ${COLUMNS} from webhook_endpoint
     where merchant_id = $1 and livemode = $2 and id = $3 and deleted_at is null for no key update`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

export async function updateEndpointRow(
  tx: Tx,
  ref: Ref,
  to: Pick<EndpointRow, 'url' | 'events' | 'description' | 'status'>,
): Promise<EndpointRow> {
  return await one<EndpointRow>(
    tx,
    `update webhook_endpoint set url = $4, events = $5, description = $6, status = $7,
       disabled_reason = case when $7 = 'disabled' then coalesce(disabled_reason, 'by_merchant') end,
       failing_since = case when url is not distinct from $4 and status = $7 then failing_since end
     where merchant_id = $1 and livemode = $2 and id = $3 and deleted_at is null returning ${COLUMNS}`,
    [ref.merchant_id, ref.livemode, ref.id, to.url, to.events, to.description, to.status],
  )
}

/** Switches an enabled endpoint off. Null: it was off, or there is none. */
export async function disableEndpointRow(
  tx: Tx,
  ref: Ref,
  reason: DisabledReason,
): Promise<EndpointRow | null> {
  return await maybeOne<EndpointRow>(
    tx,
    `update webhook_endpoint set status = 'disabled', disabled_reason = $4
     where merchant_id = $1 and livemode = $2 and id = $3 and status = 'enabled' and deleted_at is null
     returning ${COLUMNS}`,
    [ref.merchant_id, ref.livemode, ref.id, reason],
  )
}

/** Deliveries that point at the endpoint keep it alive as a row; to the API it is gone. */
export async function markDeleted(tx: Tx, ref: Ref): Promise<void> {
  await tx.query(
    `update webhook_endpoint set deleted_at = now(), previous_secret_sealed = null, previous_secret_until = null
     where merchant_id = $1 and livemode = $2 and id = $3 and deleted_at is null`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** Puts a new secret in place. The old one signs for `keep_seconds` more; one that was older still is dropped. */
export async function replaceSecret(
  tx: Tx,
  ref: Ref,
  secret_sealed: Buffer,
  keep_seconds: number,
): Promise<EndpointRow | null> {
  return await maybeOne<EndpointRow>(
    tx,
    `update webhook_endpoint set secret_sealed = $4,
       previous_secret_sealed = case when $5::int > 0 then secret_sealed end,
       previous_secret_until = case when $5::int > 0 then now() + $5::int * interval '1 second' end
     where merchant_id = $1 and livemode = $2 and id = $3 and deleted_at is null returning ${COLUMNS}`,
    [ref.merchant_id, ref.livemode, ref.id, secret_sealed, keep_seconds],
  )
}
