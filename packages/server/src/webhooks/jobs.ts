import type { Context } from '../context.ts'
import { forgottenEvents } from '../events/store.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { Sweep } from '../jobs/job.ts'
import { fanOutEvent } from './fanOutEvent.ts'
import { wakingDeliveries } from './store.ts'

const BATCH = 200

/** Finds events and deliveries whose job was lost, and retries whose time has come. */
export function webhookSweeps(ctx: Context): Sweep[] {
  return [
    {
      name: 'forgotten events',
      run: async () => {
        const events = await forgottenEvents(ctx.db, BATCH)
        for (const ref of events) await fanOutEvent(ctx, ref)
        return events.length
      },
    },
    {
      name: 'webhook retries',
      run: async () => {
        const waiting = await wakingDeliveries(ctx.db, BATCH)
        // As jobs, so that one endpoint that hangs holds up neither the sweep nor the others.
        for (const ref of waiting) await enqueue(ctx.db, 'deliver_webhook', ref)
        return waiting.length
      },
    },
  ]
}
