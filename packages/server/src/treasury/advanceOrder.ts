import type { Context } from '../context.ts'
import { backoffMs } from '../jobs/lease.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import { deskOf } from './desk.ts'
import { lookUpOrder } from './lookUpOrder.ts'
import type { OrderKey, TreasuryOrder } from './order.ts'
import { leaseOrder, releaseOrder } from './orderStore.ts'
import { sendOrder } from './sendOrder.ts'
import type { Step, StepContext } from './step.ts'

/**
 * Carries an order as far as it goes now. Safe to call at any time, by anyone, any number of times: a call is made from
 * the state `pending` alone, which one worker can leave, and nothing goes back to it while a call may have an effect.
 */
export async function advanceOrder(ctx: Context, ref: OrderKey): Promise<void> {
  let order = await leaseOrder(ctx.db, ref, ctx.config.lease_seconds)
  while (order && order.ended_at === null) {
    const desk = deskOf(ctx, ref.livemode)
    const step =
      desk?.exchange.id === order.venue
        ? await attempt({ ctx, desk }, order)
        : // Its exchange is not set up any more: nobody else can know what became of it.
          { wait_ms: backoffMs(order.tries) }
    if (!step) return
    if ('wait_ms' in step) {
      await releaseOrder(ctx.db, ref, step.wait_ms)
      return
    }
    order = step
  }
}

/** An exchange that does not answer is asked again later; the order stays where it is. Null: another worker has it. */
async function attempt(step: StepContext, order: TreasuryOrder): Promise<Step | null> {
  const { log } = step.ctx
  try {
    return await (order.state === 'pending' ? sendOrder(step, order) : lookUpOrder(step, order))
  } catch (error) {
    if (error instanceof LostRace) {
      log.warn({ order_id: order.id, state: order.state }, error.message)
      return null
    }
    if (!(error instanceof ProviderError)) throw error
    log.warn({ order_id: order.id, state: order.state, reason: error.message }, 'exchange call failed')
    return { wait_ms: backoffMs(order.tries) }
  }
}
