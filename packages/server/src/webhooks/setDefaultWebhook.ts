import type { Context } from '../context.ts'
import { inTransaction, isDbError } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Tenant } from '../lib/tenant.ts'
import { createDefaultEndpoint } from './createEndpoint.ts'
import { setDefaultUrl } from './store.ts'

const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Sets the URL that hears of every event of the merchant in that mode, or takes it away. What is on its way keeps the
 * old one. A merchant that was made in the other mode has no default endpoint here yet: it is made, and `secret` is
 * its signing secret, which is in this answer and nowhere else. Otherwise `secret` is null: it stays what it is.
 * @throws SkiroError not_found (no such merchant)
 */
export async function setDefaultWebhook(
  ctx: Context,
  tenant: Tenant,
  url: string | null,
): Promise<{ url: string | null; secret: string | null }> {
  try {
    return await inTransaction(ctx.db, async (tx) => {
      if (await setDefaultUrl(tx, tenant, url)) return { url, secret: null }
      return { url, secret: await createDefaultEndpoint(ctx, tx, tenant, url) }
    })
  } catch (error) {
    if (isDbError(error, FOREIGN_KEY_VIOLATION)) throw new SkiroError('not_found')
    throw error
  }
}
