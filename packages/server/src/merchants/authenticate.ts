import { SkiroError } from '../lib/errors.ts'
import type { Sql } from '../db/sql.ts'
import type { PresentedKey, Tenant } from '../lib/tenant.ts'
import { parseApiKey } from './apiKey.ts'
import { findKeyTenant } from './store.ts'

/** @throws SkiroError `invalid_api_key`, with the same words for absent, malformed, unknown and revoked. */
export function presentedKey(authorization: string | undefined): PresentedKey {
  const key = parseApiKey(authorization)
  if (!key) throw new SkiroError('invalid_api_key')
  return key
}

/** The tenant of the request. Reads the database each time, so that a revoked key stops at once in every process. */
export async function authenticate(sql: Sql, authorization: string | undefined): Promise<Tenant> {
  return await proveKey(sql, presentedKey(authorization))
}

/** @throws SkiroError `invalid_api_key` */
export async function proveKey(sql: Sql, key: PresentedKey): Promise<Tenant> {
  const tenant = await findKeyTenant(sql, key)
  if (!tenant) throw new SkiroError('invalid_api_key')
  return tenant
}
