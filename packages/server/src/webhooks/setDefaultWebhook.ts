import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { createDefaultEndpoint } from './createEndpoint.ts'
import type { WebhookPorts } from './ports.ts'
import { setDefaultUrl } from './store.ts'

/**
 * Sets the URL that hears of every event of the merchant in that mode, or takes it away. What is on its way keeps the
 * old one. A merchant that was made in the other mode has no default endpoint here yet: it is made, and `secret` is
 * its signing secret, which is in this answer and nowhere else. Otherwise `secret` is null: it stays what it is. Records
 * `merchant.updated` when the URL is another one.
 * @throws SkiroError not_found (no such merchant)
 */
export async function setDefaultWebhook(
  ctx: Context,
  { changeMerchant }: WebhookPorts,
  tenant: Tenant,
  url: string | null,
): Promise<{ url: string | null; secret: string | null }> {
  return await inTransaction(ctx.db, (tx) =>
    changeMerchant(tx, tenant, async () => {
      if (await setDefaultUrl(tx, tenant, url)) return { url, secret: null }
      return { url, secret: await createDefaultEndpoint(ctx, tx, tenant, url) }
    }),
  )
}
