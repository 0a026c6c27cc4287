import type { Context } from '../context.ts'
import { inTransaction, isDbError, UNIQUE_VIOLATION } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Tenant } from '../lib/tenant.ts'
import { createDefaultEndpoint } from './createEndpoint.ts'
import { hasDefaultEndpoint } from './store.ts'

const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Makes the merchant's default endpoint of that mode if it has none, without a URL: its secret signs sessions that bring
 * a `webhook_url` of their own, which nobody could deliver without it. Returns the new secret, or null when there was one.
 * @throws SkiroError not_found (no such merchant)
 */
export async function ensureDefaultEndpoint(ctx: Context, tenant: Tenant): Promise<string | null> {
  if (await hasDefaultEndpoint(ctx.db, tenant)) return null
  try {
    return await inTransaction(ctx.db, (tx) => createDefaultEndpoint(ctx, tx, tenant, null))
  } catch (error) {
    // Somebody else made it in between.
    if (isDbError(error, UNIQUE_VIOLATION)) return null
    if (isDbError(error, FOREIGN_KEY_VIOLATION)) throw new SkiroError('not_found')
    throw error
  }
}
