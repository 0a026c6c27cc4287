import type { BookLevel, OrderBook } from '../adapters/venue.ts'
import { assert } from '../lib/assert.ts'
import { divide, RATE_SCALE } from '../lib/money.ts'

/**
 * What an order of some size would really do in a book: walked level by level, so that a large order pays for its
 * depth. All amounts are scaled by RATE_SCALE. Every rounding is against us, so a price is never too good.
 */
export type Fill = {
  readonly spent: bigint
  readonly got: bigint
  /** The levels touched, whole, best first: with them anybody can compute the same fill again. */
  readonly levels: readonly BookLevel[]
}

/** Buys base for exactly `amount` of quote. Null when all the asks together cost less than that. */
export function spendQuote(asks: readonly BookLevel[], amount: bigint): Fill | null {
  assert(amount > 0n, 'there must be something to spend')
  let left = amount
  let got = 0n
  for (const [i, { price, size }] of asks.entries()) {
    const cost = divide(price * size, RATE_SCALE, 'ceil')
    if (left <= cost) {
      const part = divide(left * RATE_SCALE, price, 'floor')
      got += part < size ? part : size
      return { spent: amount, got, levels: asks.slice(0, i + 1) }
    }
    got += size
    left -= cost
  }
  return null
}

/** Sells exactly `amount` of base for quote. Null when all the bids together want less than that. */
export function sellBase(bids: readonly BookLevel[], amount: bigint): Fill | null {
  assert(amount > 0n, 'there must be something to sell')
  let left = amount
  let got = 0n
  for (const [i, { price, size }] of bids.entries()) {
    const part = left < size ? left : size
    got += divide(price * part, RATE_SCALE, 'floor')
    left -= part
    if (left === 0n) return { spent: amount, got, levels: bids.slice(0, i + 1) }
  }
  return null
}

/** Buys exactly `size` of base; `spent` is what that costs in quote. Null when the asks offer less than that. */
export function buyBase(asks: readonly BookLevel[], size: bigint): Fill | null {
  assert(size > 0n, 'there must be something to buy')
  let left = size
  let spent = 0n
  for (const [i, level] of asks.entries()) {
    const part = left < level.size ? left : level.size
    spent += divide(level.price * part, RATE_SCALE, 'ceil')
    left -= part
    if (left === 0n) return { spent, got: size, levels: asks.slice(0, i + 1) }
  }
  return null
}

/** Between the best bid and the best ask, in basis points of their middle, rounded up. Null for a crossed or empty book. */
export function spreadBps({ asks, bids }: Pick<OrderBook, 'asks' | 'bids'>): number | null {
  const [ask, bid] = [asks[0], bids[0]]
  if (!ask || !bid || bid.price >= ask.price) return null
  return Number(divide((ask.price - bid.price) * 20_000n, ask.price + bid.price, 'ceil'))
}
