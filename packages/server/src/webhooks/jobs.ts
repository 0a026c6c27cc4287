import type { Context } from '../context.ts'
import { forgottenEvents } from '../events/store.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { Sweep } from '../jobs/job.ts'
import { sweepRows } from '../jobs/sweepRows.ts'
import { wakingDeliveries } from './deliveryStore.ts'
import { fanOutEvent } from './fanOutEvent.ts'

const BATCH = 200

/** Finds events and deliveries whose job was lost, and retries whose time has come. */
export function webhookSweeps(ctx: Context): Sweep[] {
  return [
    sweepRows(
      'forgotten events',
      () => forgottenEvents(ctx.db, BATCH),
      (ref) => fanOutEvent(ctx, ref),
      (ref, err) => ctx.log.error({ event_id: ref.id, err }, 'could not fan out an event'),
    ),
    // As jobs, so that one endpoint that hangs holds up neither the sweep nor the others.
    sweepRows(
      'webhook retries',
      () => wakingDeliveries(ctx.db, BATCH),
      (ref) => enqueue(ctx.db, 'deliver_webhook', ref),
      (ref, err) => ctx.log.error({ delivery_id: ref.id, err }, 'could not enqueue a delivery'),
    ),
  ]
}
