import type { OrderState, WithdrawalState } from '../adapters/exchange.ts'
import { inTransaction } from '../db/sql.ts'
import { backoffMs } from '../jobs/lease.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { bookHedge, bookRefill } from './bookOrder.ts'
import type { HedgeOrder, RefillOrder, TreasuryOrder } from './order.ts'
import { moveOrder } from './orderStore.ts'
import type { Step, StepContext } from './step.ts'
import { toWithdrawal } from './toWithdrawal.ts'

/** How often something is looked for that a person has to settle: it may still turn up. */
const MANUAL_WAIT_MS = 60_000

/** Asks the exchange what became of an order. Reads only, so it can be asked any number of times. */
export async function lookUpOrder(step: StepContext, order: TreasuryOrder): Promise<Step> {
  const { exchange } = step.desk
  if (order.kind === 'hedge') {
    const found = await exchange.findOrder(order.client_id)
    failpoint('treasury.found')
    return found ? await endHedge(step, order, found) : await absent(step, order)
  }
  const found = await exchange.findWithdrawal(toWithdrawal(order), order.reference)
  failpoint('treasury.found')
  return found ? await endRefill(step, order, found) : await absent(step, order)
}

/**
 * The exchange knows nothing of it. While a call may still be on its way, or be acted on and not shown yet, that says
 * nothing. After that, an order that has a deadline cannot come into being any more, so it is placed again under the same
 * id. A withdrawal has no deadline: it is for a person.
 */
async function absent({ ctx, desk }: StepContext, order: TreasuryOrder): Promise<Step> {
  if (order.state === 'manual') return { wait_ms: MANUAL_WAIT_MS }
  const settled_ms = desk.deadline_ms + desk.lag_ms
  const still_ms = settled_ms - (order.since_sent_ms ?? 0)
  if (still_ms > 0) return { wait_ms: Math.min(Math.ceil(still_ms), backoffMs(order.tries)) }
  if (order.state === 'unknown' && order.kind === 'hedge') {
    const again = await moveOrder(ctx.db, order, 'pending', { reason: 'the exchange never had it' })
    if (!again) throw new LostRace('an order was found by somebody else')
    return again
  }
  const reason = `${order.venue} does not show it: find out there, then say so with skiro-server treasury resolve`
  const manual = await moveOrder(ctx.db, order, 'manual', { reason })
  if (!manual) throw new LostRace('an order was found by somebody else')
  ctx.log.error(
    { order_id: order.id, kind: order.kind, venue: order.venue },
    'an order of the treasury is lost',
  )
  return { wait_ms: MANUAL_WAIT_MS }
}

async function endHedge({ ctx }: StepContext, order: HedgeOrder, found: OrderState): Promise<Step> {
  const { reference } = found
  if (found.state === 'open') {
    const known = await moveOrder(ctx.db, order, 'accepted', { reference })
    if (!known) throw new LostRace('an order was found by somebody else')
    return { wait_ms: backoffMs(order.tries) }
  }
  const ended = await inTransaction(ctx.db, async (tx) => {
    if (found.filled === 0n)
      return await moveOrder(tx, order, 'failed', { reference, reason: 'nothing to be had at this price' })
    const { filled, paid } = found
    const { amount: fee, asset: fee_asset } = found.fee
    const done = await moveOrder(tx, order, 'done', { reference, filled, paid, fee, fee_asset })
    if (done) await bookHedge(tx, order, found)
    return done
  })
  if (!ended) throw new LostRace('an order was booked by somebody else')
  failpoint('treasury.booked')
  return ended
}

async function endRefill({ ctx }: StepContext, order: RefillOrder, found: WithdrawalState): Promise<Step> {
  const { reference, tx_hash, arrives: filled, fee } = found
  if (found.state === 'pending') {
    const known = await moveOrder(ctx.db, order, 'accepted', { reference, tx_hash })
    if (!known) throw new LostRace('an order was found by somebody else')
    return { wait_ms: backoffMs(order.tries) }
  }
  const ended = await inTransaction(ctx.db, async (tx) => {
    if (found.state === 'failed')
      return await moveOrder(tx, order, 'failed', { reference, tx_hash, reason: 'the exchange gave it up' })
    const done = await moveOrder(tx, order, 'done', {
      reference,
      tx_hash,
      filled,
      fee,
      fee_asset: order.asset,
    })
    if (done) await bookRefill(tx, order, found)
    return done
  })
  if (!ended) throw new LostRace('an order was booked by somebody else')
  assert(ended.ended_at, 'an order that has ended is dated')
  failpoint('treasury.booked')
  return ended
}
