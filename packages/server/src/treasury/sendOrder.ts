import { monotonicMs } from '../lib/clock.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { backoffMs } from '../jobs/lease.ts'
import { assert } from '../lib/assert.ts'
import { markSent, moveOrder } from './orderStore.ts'
import type { TreasuryOrder } from './order.ts'
import type { Step, StepContext } from './step.ts'
import { toWithdrawal } from './toWithdrawal.ts'

/** A process that was stopped for longer than this after it said that it would call does not call any more. */
const STALLED_MS = 2_000

/**
 * Makes the one call of an order. That it will be made is written down first: whoever finds the order afterwards, after
 * whatever crash, takes it for made and looks it up.
 */
export async function sendOrder(step: StepContext, pending: TreasuryOrder): Promise<Step> {
  const { ctx } = step
  const began = monotonicMs()
  const order = await markSent(ctx.db, pending)
  if (!order) throw new LostRace('another worker makes the call')
  failpoint('treasury.recorded')
  const answer =
    monotonicMs() - began > STALLED_MS
      ? new ProviderError(order.venue, 'unavailable', 'this process was stopped before it could call')
      : await call(step, order).catch((error: unknown) => {
          if (error instanceof ProviderError) return error
          throw error
        })
  failpoint('treasury.answered')
  const next = await record(step, order, answer)
  failpoint('treasury.accepted')
  return next
}

async function call({ desk }: StepContext, order: TreasuryOrder): Promise<{ reference: string | null }> {
  assert(order.sent_at, 'a call is dated before it is made')
  if (order.kind === 'refill') return await desk.exchange.withdraw(toWithdrawal(order))
  return await desk.exchange.place({
    client_id: order.client_id,
    base: order.asset,
    quote: order.currency,
    amount: order.amount,
    limit: order.limit_price,
    deadline_ms: order.sent_at.getTime() + desk.deadline_ms,
  })
}

async function record(
  { ctx }: StepContext,
  order: TreasuryOrder,
  answer: { reference: string | null } | ProviderError,
): Promise<Step> {
  if (!(answer instanceof ProviderError)) {
    const accepted = await moveOrder(ctx.db, order, 'accepted', { reference: answer.reference })
    if (!accepted) throw new LostRace('an answer came after somebody else had found out')
    return accepted
  }
  ctx.log.warn({ order_id: order.id, kind: answer.kind, reason: answer.message }, 'exchange call failed')
  // It may have acted: only looking it up ends that.
  if (answer.kind === 'unknown') return { wait_ms: backoffMs(1) }
  const nothing_happened = answer.kind === 'refused' ? 'failed' : 'pending'
  const moved = await moveOrder(ctx.db, order, nothing_happened, { reason: answer.message })
  if (!moved) throw new LostRace('a refusal came after somebody else had found out')
  return { wait_ms: backoffMs(order.tries) }
}
