import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import { bookHedge, bookRefill } from './bookOrder.ts'
import type { OrderKey, TreasuryOrder } from './order.ts'
import { findOrder, moveOrder } from './orderStore.ts'

/** What a person has found out at the exchange. Minor units: of the coin, of the currency paid with, of the fee's asset. */
export type Resolution =
  | { readonly outcome: 'failed' }
  | { readonly outcome: 'done'; readonly filled: bigint; readonly paid?: bigint; readonly fee: bigint }

/** An order that was not heard of for so long may be settled by a person, whatever keeps the exchange from saying it. */
const FORSAKEN_MS = 600_000

/**
 * Ends an order that is `manual`, or unheard of for ten minutes, as a person says, and books it. One that the exchange shows in the meantime is ended by
 * what the exchange says, whoever comes first.
 * @throws SkiroError `not_found`, `invalid_request`
 */
export async function resolveOrder(
  ctx: Context,
  ref: OrderKey,
  resolution: Resolution,
): Promise<TreasuryOrder> {
  const order = await findOrder(ctx.db, ref)
  if (!order) throw new SkiroError('not_found', { message: `There is no order ${ref.id} in that mode.` })
  const not_manual = () =>
    new SkiroError('invalid_request', {
      message: `${ref.id} is ${order.state}, not manual: the exchange has ten minutes to say what became of it.`,
    })
  const is_forsaken =
    (order.state === 'unknown' || order.state === 'accepted') && (order.since_sent_ms ?? 0) > FORSAKEN_MS
  if (order.state !== 'manual' && !is_forsaken) throw not_manual()
  const ended = await inTransaction(ctx.db, async (tx) => {
    const reason = 'settled by a person'
    if (resolution.outcome === 'failed') return await moveOrder(tx, order, 'failed', { reason })
    const { filled, fee } = resolution
    const paid = resolution.paid ?? 0n
    checkFigures(order, filled, paid, fee)
    if (order.kind === 'hedge') {
      const done = await moveOrder(tx, order, 'done', {
        reason,
        filled,
        paid,
        fee,
        fee_asset: order.currency,
      })
      const found = { state: 'closed', reference: '', filled, paid } as const
      if (done) await bookHedge(tx, order, { ...found, fee: { amount: fee, asset: order.currency } })
      return done
    }
    const done = await moveOrder(tx, order, 'done', { reason, filled, fee, fee_asset: order.asset })
    if (done)
      await bookRefill(tx, order, { state: 'sent', reference: '', tx_hash: null, arrives: filled, fee })
    return done
  })
  if (!ended) throw not_manual()
  return ended
}

function checkFigures(order: TreasuryOrder, filled: bigint, paid: bigint, fee: bigint): void {
  const wrong = (message: string) => new SkiroError('invalid_request', { message })
  if (filled <= 0n) throw wrong('What was filled must be more than nothing; else the outcome is failed.')
  const whole = order.kind === 'refill' ? filled + fee : filled
  if (whole > order.amount) throw wrong('That is more than was ordered.')
  if (order.kind === 'hedge' && paid <= 0n) throw wrong('--paid must say what was paid for it.')
  if (order.kind === 'refill' && paid !== 0n)
    throw wrong('--paid belongs to a hedge; nothing is paid for a refill.')
}
