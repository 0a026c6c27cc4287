import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { KeyScope, PresentedKey, Ref, Tenant } from '../lib/tenant.ts'

/** A row of `api_key` without the hash, which no one but `findKeyTenant` ever reads. */
export type KeyRow = Ref & {
  label: string
  scope: KeyScope
  created_at: Date
  expires_at: Date | null
  /** Up to a minute late. Null: never used. */
  last_used_at: Date | null
  revoked_at: Date | null
  /** By the database's clock, at the time of the read. */
  is_expired: boolean
}

const COLUMNS = `id, merchant_id, livemode, label, scope, created_at, expires_at, last_used_at, revoked_at,
  coalesce(expires_at <= now(), false) is_expired`

/** Whose key it is, if it exists, proves itself, and is neither revoked nor expired. One indexed read. */
export async function findKeyTenant(
  sql: Sql,
  key: PresentedKey,
): Promise<(Tenant & { scope: KeyScope }) | null> {
  return await maybeOne(
    sql,
    `select merchant_id, livemode, scope from api_key
     where id = $1 and secret_hash = $2 and livemode = $3 and revoked_at is null
       and (expires_at is null or expires_at > now())`,
    [key.id, key.secret_hash, key.livemode],
  )
}

export type NewKey = {
  id: string
  secret_hash: Buffer
  label: string
  scope: KeyScope
  expires_at: string | null
}

/** Null when there is no such merchant, or the time of expiry has passed already: nothing was stored. */
export async function insertApiKey(sql: Sql | Tx, tenant: Tenant, key: NewKey): Promise<KeyRow | null> {
  return await maybeOne<KeyRow>(
    sql,
    `insert into api_key (merchant_id, livemode, id, secret_hash, label, scope, expires_at)
     select id, $2, $3, $4, $5, $6, $7 from merchant
     where id = $1 and ($7::timestamptz is null or $7 > now()) returning ${COLUMNS}`,
    [tenant.merchant_id, tenant.livemode, key.id, key.secret_hash, key.label, key.scope, key.expires_at],
  )
}

/** Newest first. */
export async function listKeyRows(
  sql: Sql,
  tenant: Tenant,
  filter: { include_revoked: boolean; limit: number },
): Promise<KeyRow[]> {
  const { rows } = await sql.query<KeyRow>(
    `select ${COLUMNS} from api_key where merchant_id = $1 and livemode = $2 and ($3 or revoked_at is null)
     order by created_at desc, id limit $4`,
    [tenant.merchant_id, tenant.livemode, filter.include_revoked, filter.limit],
  )
  return rows
}

/** Revokes the key, or leaves the time at which that happened. Null when the merchant has no such key in that mode. */
export async function setRevoked(sql: Sql, ref: Ref): Promise<KeyRow | null> {
  return await maybeOne<KeyRow>(
    sql,
    `update api_key set revoked_at = coalesce(revoked_at, now())
     where merchant_id = $1 and livemode = $2 and id = $3 returning ${COLUMNS}`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/**
 * Notes when keys were last used: `age_ms` before the database's now, so that no machine's clock is believed. A later
 * use that is already noted stays. Rows are locked in the order of their ids, or two processes could wait for each other.
 */
export async function recordKeyUse(
  sql: Sql,
  used: readonly { readonly id: string; readonly age_ms: number }[],
): Promise<void> {
  await sql.query(
    `with used as (
       select k.id, now() - u.age_ms * interval '1 millisecond' as time
       from unnest($1::text[], $2::float8[]) u (id, age_ms) join api_key k on k.id = u.id
       order by k.id for no key update of k)
     update api_key k set last_used_at = used.time from used
     where k.id = used.id and (k.last_used_at is null or k.last_used_at < used.time)`,
    [used.map(({ id }) => id), used.map(({ age_ms }) => age_ms)],
  )
}
