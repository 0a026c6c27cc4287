import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { findEvent, markFannedOut } from '../events/store.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { newId } from '../lib/ids.ts'
import type { Ref } from '../lib/tenant.ts'
import { findListeners, insertDeliveries } from './deliveryStore.ts'

/** Makes one delivery per endpoint that should hear of the event, once, however often it is called. */
export async function fanOutEvent(ctx: Context, ref: Ref): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    if (!(await markFannedOut(tx, ref))) return
    const event = await findEvent(tx, ref)
    if (!event) return
    const listeners = await findListeners(tx, event)
    const deliveries = await insertDeliveries(tx, event, listeners, () => newId('webhook_delivery'))
    for (const delivery of deliveries) await enqueue(tx, 'deliver_webhook', delivery)
  })
}
