import type { z } from 'zod'
import type { Context } from '../context.ts'
import { type Tx, inTransaction } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { stopDeliveries } from './deliveries/deliveryStore.ts'
import type { EndpointRow } from './endpoint.ts'
import type { WebhookPorts } from './ports.ts'
import type { updateEndpointBody } from './schema.ts'
import { lockEndpoint, updateEndpointRow } from './store.ts'

/**
 * Changes what the body names. A new URL is for later events and resends: what is on its way keeps the old one.
 * Disabling ends what is on its way, and enabling does not bring it back.
 * Records `merchant.updated` when it is the default endpoint and its URL is another one.
 * @throws SkiroError not_found; invalid_request for taking the URL from an endpoint that is nothing without one.
 */
export async function updateEndpoint(
  ctx: Context,
  { changeMerchant }: WebhookPorts,
  ref: Ref,
  body: z.output<typeof updateEndpointBody>,
): Promise<EndpointRow> {
  return await inTransaction(ctx.db, (tx) => changeMerchant(tx, ref, () => update(tx)))

  async function update(tx: Tx): Promise<EndpointRow> {
    const row = await lockEndpoint(tx, ref)
    if (!row) throw new SkiroError('not_found')
    const { url = row.url, events = row.events, description = row.description, status = row.status } = body
    if (url === null && !row.is_default) {
      throw new SkiroError('invalid_request', {
        param: 'url',
        message:
          'url: only the default endpoint may be without one. Disable or delete this endpoint instead.',
      })
    }
    const updated = await updateEndpointRow(tx, ref, { url, events, description, status })
    if (status === 'disabled' && row.status === 'enabled')
      await stopDeliveries(tx, ref, 'the endpoint was disabled')
    return updated
  }
}
