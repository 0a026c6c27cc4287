import type { Sql } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { PresentedKey, ProvenKey, Tenant } from '../lib/tenant.ts'
import { memoParseApiKey } from './keyMemo.ts'
import { findKeyTenant } from './keyStore.ts'

/** Who asks: the merchant and mode that the key belongs to, and the key itself. */
export type Authenticated = { readonly tenant: Tenant; readonly key: ProvenKey }

/** @throws SkiroError `invalid_api_key`, with the same words for absent, malformed, unknown, revoked and expired. */
export function presentedKey(authorization: string | undefined): PresentedKey {
  const key = memoParseApiKey(authorization)
  if (!key) throw new SkiroError('invalid_api_key')
  return key
}

/**
 * Whose key it is. Reads the database each time, so that a revoked key stops at once in every process.
 * @throws SkiroError `invalid_api_key`
 */
export async function proveKey(sql: Sql, key: PresentedKey): Promise<Authenticated> {
  const found = await findKeyTenant(sql, key)
  if (!found) throw new SkiroError('invalid_api_key')
  const { merchant_id, livemode, scope } = found
  return { tenant: { merchant_id, livemode }, key: { id: key.id, scope } }
}

/**
 * Whether the key may use that HTTP method. Asked before any object is looked up: a key that may not write learns
 * nothing about what exists.
 * @throws SkiroError `forbidden` for a read key on anything but GET and HEAD, which RFC 9110 §9.3.2 makes the same call.
 */
export function checkScope(key: ProvenKey, method: string): void {
  if (key.scope === 'full' || method === 'GET' || method === 'HEAD') return
  throw new SkiroError('forbidden', {
    message: 'This API key may only read. Use a key with full access for this call.',
  })
}
