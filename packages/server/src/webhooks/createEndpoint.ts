import type { Context } from '../context.ts'
import type { Tx } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import { randomText, seal } from '../lib/secrets.ts'
import type { Tenant } from '../lib/tenant.ts'
import { secretContext } from './secretContext.ts'
import { insertEndpoint } from './store.ts'

/** The merchant's default endpoint and its signing secret, which is returned here and nowhere else, ever. */
export async function createDefaultEndpoint(
  ctx: Context,
  tx: Tx,
  tenant: Tenant,
  url: string | null,
): Promise<string> {
  const id = newId('webhook_endpoint')
  const secret = `whsec_${randomText(43)}`
  const secret_sealed = seal(secret, ctx.config.key_encryption_key, secretContext(tenant, id))
  await insertEndpoint(tx, tenant, { id, url, is_default: true, secret_sealed })
  return secret
}
