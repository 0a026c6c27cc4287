import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { stopDeliveries } from './deliveries/deliveryStore.ts'
import { lockEndpoint, markDeleted } from './store.ts'

/**
 * Deletes the endpoint and ends what is on its way to it.
 * @throws SkiroError not_found; webhook_endpoint_is_default: its secret signs sessions that bring their own URL.
 */
export async function deleteEndpoint(ctx: Context, ref: Ref): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    const row = await lockEndpoint(tx, ref)
    if (!row) throw new SkiroError('not_found')
    if (row.is_default) throw new SkiroError('webhook_endpoint_is_default')
    await markDeleted(tx, ref)
    await stopDeliveries(tx, ref, 'the endpoint was deleted')
  })
}
