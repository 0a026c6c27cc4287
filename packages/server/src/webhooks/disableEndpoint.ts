import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import type { Ref } from '../lib/tenant.ts'
import { stopDeliveries } from './deliveries/deliveryStore.ts'
import { type DisabledReason, renderEndpoint } from './endpoint.ts'
import type { DisablePorts } from './ports.ts'
import { disableEndpointRow } from './store.ts'

const WHY = {
  failing: 'the endpoint was disabled: every try of 72 hours failed',
  gone: 'the endpoint was disabled: it answered 410',
} as const

/**
 * Stops delivering to an endpoint that cannot be reached or wants no more, ends what is on its way, and tells the
 * merchant's other endpoints (`webhook.disabled`) and its owner, all in one transaction. Does nothing when it was disabled already.
 */
export async function disableEndpoint(
  ctx: Pick<Context, 'db' | 'log'>,
  { tellOwner }: DisablePorts,
  ref: Ref,
  reason: Exclude<DisabledReason, 'by_merchant'>,
): Promise<void> {
  const row = await inTransaction(ctx.db, async (tx) => {
    const disabled = await disableEndpointRow(tx, ref, reason)
    if (!disabled) return null
    await stopDeliveries(tx, ref, WHY[reason])
    const { id } = disabled
    await recordEvent(tx, ref, {
      type: 'webhook.disabled',
      object_id: id,
      data: renderEndpoint(disabled),
      webhook_url: null,
    })
    await tellOwner(tx, disabled)
    return disabled
  })
  if (row) ctx.log.warn({ webhook_endpoint_id: ref.id, reason }, 'webhook endpoint disabled')
}
