import type { BookLevel, OrderBook } from '../adapters/venue.ts'
import { assert } from '../lib/assert.ts'
import { ASSETS, divide, type Fiat, type Money, RATE_SCALE } from '../lib/money.ts'
import type { RejectReason } from './noRate.ts'
import { sellBase, spendQuote, spreadBps } from './price.ts'
import type { Leg } from './route.ts'

/** When a venue's word counts. Bounds are inclusive: a book exactly `max_age_ms` old is still good. */
export type Limits = {
  readonly max_age_ms: number
  readonly max_spread_bps: number
  readonly max_deviation_bps: number
  readonly min_venues: number
}

/** A leg as it would have been filled. `spent` and `got` are scaled by RATE_SCALE. */
export type PricedLeg = Leg & {
  readonly as_of_ms: number
  readonly spread_bps: number
  /** What the fill touches: asks for a buy, bids for a sale. */
  readonly levels: readonly BookLevel[]
  /** The best level of the other side, for the spread. */
  readonly opposite: BookLevel
  readonly spent: bigint
  readonly got: bigint
}

/** One venue's answer. `rate` is coin per unit of currency, scaled by RATE_SCALE; null when it could not be computed. */
export type VenueQuote = {
  readonly venue: string
  readonly legs: readonly PricedLeg[]
  readonly rate: bigint | null
  readonly rejected: { readonly reason: RejectReason; readonly detail: string } | null
}

/**
 * Walks `amount` (scaled by RATE_SCALE) through the books of a venue's legs. A book that is unusable leaves no legs;
 * one that is only too old or too wide leaves them, so that the rejection can be checked later.
 */
export function priceVenue(
  venue: string,
  legs: readonly Leg[],
  books: readonly OrderBook[],
  amount: bigint,
  now_ms: number,
  limits: Limits,
): VenueQuote {
  assert(legs.length > 0 && legs.length === books.length, 'every leg has its book')
  const priced: PricedLeg[] = []
  let money = amount
  for (const [i, leg] of legs.entries()) {
    const next = priceLeg(leg, books[i], money)
    if ('reason' in next) return rejected(venue, next.reason, next.detail)
    priced.push(next)
    money = next.got
  }
  const rate = divide(money * RATE_SCALE, amount, 'floor')
  if (rate === 0n) return rejected(venue, 'thin', 'the price is beyond 18 decimals')
  for (const { pair, as_of_ms, spread_bps } of priced) {
    const age_ms = now_ms - as_of_ms
    if (Math.abs(age_ms) > limits.max_age_ms) {
      const detail = `${pair.symbol} is ${age_ms} ms old`
      return { venue, legs: priced, rate, rejected: { reason: 'stale', detail } }
    }
    if (spread_bps > limits.max_spread_bps) {
      const detail = `${pair.symbol} has a spread of ${spread_bps} bps`
      return { venue, legs: priced, rate, rejected: { reason: 'wide', detail } }
    }
  }
  return { venue, legs: priced, rate, rejected: null }
}

/** A venue that has no price at all. */
export function rejected(venue: string, reason: RejectReason, detail: string): VenueQuote {
  return { venue, legs: [], rate: null, rejected: { reason, detail } }
}

type Unpriced = { readonly reason: RejectReason; readonly detail: string }

function priceLeg(leg: Leg, book: OrderBook | undefined, amount: bigint): PricedLeg | Unpriced {
  const { symbol } = leg.pair
  const [side, other] = leg.side === 'buy' ? [book?.asks, book?.bids] : [book?.bids, book?.asks]
  const opposite = other?.[0]
  if (!book || !side?.[0] || !opposite) return { reason: 'empty', detail: `${symbol} has no orders` }
  const spread_bps = spreadBps(book)
  if (spread_bps === null) return { reason: 'crossed', detail: `${symbol} bids more than it asks` }
  const thin: Unpriced = { reason: 'thin', detail: `${symbol} is not deep enough for the amount` }
  if (amount === 0n) return thin
  const fill = leg.side === 'buy' ? spendQuote(side, amount) : sellBase(side, amount)
  if (!fill || fill.got === 0n) return thin
  return { ...leg, as_of_ms: book.as_of_ms, spread_bps, opposite, ...fill }
}

/**
 * The rate that the venues agree on: the median of those within `max_deviation_bps` of the median of all that have a
 * good book. Null when fewer than `min_venues` are left: better no price than one venue's price.
 */
export function agree(
  venues: readonly VenueQuote[],
  limits: Limits,
): { readonly rate: bigint | null; readonly venues: readonly VenueQuote[] } {
  const first = median(goodRates(venues))
  if (first === null) return { rate: null, venues }
  const judged = venues.map((quote): VenueQuote => {
    if (quote.rejected || quote.rate === null) return quote
    const off = quote.rate > first ? quote.rate - first : first - quote.rate
    if (off * 10_000n <= first * BigInt(limits.max_deviation_bps)) return quote
    const detail = `${divide(off * 10_000n, first, 'ceil')} bps off the median`
    return { ...quote, rejected: { reason: 'deviant', detail } }
  })
  const rates = goodRates(judged)
  return { rate: rates.length >= limits.min_venues ? median(rates) : null, venues: judged }
}

function goodRates(venues: readonly VenueQuote[]): bigint[] {
  return venues.flatMap(({ rate, rejected }) => (rate !== null && !rejected ? [rate] : []))
}

/** The middle one, or the mean of the two middle ones rounded down. Null of nothing. */
export function median(values: readonly bigint[]): bigint | null {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : divide(low + high, 2n, 'floor')
}

/** Minor units as an amount scaled by RATE_SCALE. */
export function scaled({ amount, asset }: Money<Fiat>): bigint {
  return (amount * RATE_SCALE) / 10n ** BigInt(ASSETS[asset].decimals)
}
