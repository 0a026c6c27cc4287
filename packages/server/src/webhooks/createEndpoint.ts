import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { Tx } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Tenant } from '../lib/tenant.ts'
import { ENDPOINTS_MAX, type EndpointRow } from './endpoint.ts'
import { newSecret } from './newSecret.ts'
import type { createEndpointBody } from './schema.ts'
import { countEndpointsLocked, insertEndpoint } from './store.ts'

/** The merchant's default endpoint and its signing secret, which is returned here and nowhere else, ever. */
export async function createDefaultEndpoint(
  ctx: Context,
  tx: Tx,
  tenant: Tenant,
  url: string | null,
): Promise<string> {
  const id = newId('webhook_endpoint')
  const { secret, secret_sealed } = newSecret(ctx, { ...tenant, id })
  const draft = { id, url, is_default: true, events: ['*' as const], description: null, secret_sealed }
  await insertEndpoint(tx, tenant, draft)
  return secret
}

/**
 * One more endpoint and its signing secret, which is shown once.
 * @throws SkiroError too_many_webhook_endpoints
 */
export async function createEndpoint(
  ctx: Context,
  tx: Tx,
  tenant: Tenant,
  body: z.output<typeof createEndpointBody>,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  if ((await countEndpointsLocked(tx, tenant)) >= ENDPOINTS_MAX)
    throw new SkiroError('too_many_webhook_endpoints')
  const id = newId('webhook_endpoint')
  const { secret, secret_sealed } = newSecret(ctx, { ...tenant, id })
  const draft = { ...body, id, is_default: false, secret_sealed }
  return { endpoint: await insertEndpoint(tx, tenant, draft), secret }
}
