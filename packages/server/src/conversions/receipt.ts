import type { BookLevel, OrderBook } from '../adapters/venue.ts'
import { ASSETS, type Fiat, type Money, parseDecimal } from '../lib/money.ts'
import { fixConversion } from './conversion.ts'
import { makeReceipt } from './makeReceipt.ts'
import type { RejectReason } from './noRate.ts'
import type { Quote } from './quote.ts'
import { type Receipt, ReceiptSchema, type ReceiptVenue } from './receiptSchema.ts'
import { endsOf, type Leg } from './route.ts'
import { agree, priceVenue, rejected, scaled, type VenueQuote } from './venueQuote.ts'

export { makeReceipt } from './makeReceipt.ts'
export type { Receipt } from './receiptSchema.ts'

/** Rejections that leave no orders behind. For these, and only these, the receipt's word is all there is. */
const WITHOUT_LEGS: readonly RejectReason[] = ['no_market', 'no_answer', 'empty', 'crossed', 'thin']

/**
 * Computes a receipt again from its own inputs, down to the last unit: every fill, every rejection, the median and
 * all amounts. `problems` names each value that should be another. It proves that the arithmetic is right and that
 * nothing was changed alone; it cannot know whether the venues really had those orders.
 */
export function verifyReceipt(receipt: unknown): { ok: boolean; problems: string[] } {
  const parsed = ReceiptSchema.safeParse(receipt)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    return { ok: false, problems }
  }
  try {
    const problems = differences('', parsed.data, recompute(parsed.data))
    return { ok: problems.length === 0, problems }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, problems: [`cannot be computed again: ${why}`] }
  }
}

function recompute({ quote: said, conversion }: Receipt): Receipt {
  const { to, limits } = said
  const from = fiatOf(said.from)
  const quoted_at_ms = Date.parse(said.quoted_at)
  const priced = said.venues.map((row): VenueQuote => {
    if (row.legs.length === 0) return unpriced(row)
    const legs = row.legs.map(legOf)
    const stops = [from.asset, ...legs.map((leg) => endsOf(leg).gives)]
    const joined = legs.every((leg, i) => endsOf(leg).takes === stops[i]) && stops.at(-1) === to
    if (!joined) throw new Error(`the legs of ${row.venue} do not lead from ${from.asset} to ${to}`)
    const books = row.legs.map((leg, i) => bookOf(row.venue, leg, legs[i]))
    return priceVenue(row.venue, legs, books, scaled(from), quoted_at_ms, limits)
  })
  const { rate, venues } = agree(priced, limits)
  if (rate === null) throw new Error('too few venues agree')
  const accepted = venues.filter(({ rejected }) => !rejected)
  const as_of_ms = Math.min(...accepted.flatMap(({ legs }) => legs.map((leg) => leg.as_of_ms)))
  const quote: Quote = { from, to, rate, quoted_at_ms, as_of_ms, limits, venues }
  const { gross, fee_bps, spread_bps } = conversion
  return makeReceipt(fixConversion({ gross: fiatOf(gross), fee_bps, spread_bps, quote }), quote)
}

function unpriced({ venue, reason, detail }: ReceiptVenue): VenueQuote {
  if (!reason || !WITHOUT_LEGS.includes(reason)) throw new Error(`${venue} has no orders to check`)
  return rejected(venue, reason, detail ?? '')
}

type ReceiptLeg = ReceiptVenue['legs'][number]

function legOf({ symbol, base, quote, side }: ReceiptLeg): Leg {
  return { pair: { symbol, base, quote }, side }
}

/** The part of the book that was used: enough to fill the same order again. */
function bookOf(venue: string, row: ReceiptLeg, leg: Leg = legOf(row)): OrderBook {
  const used = row.levels.map(levelOf)
  const opposite = [levelOf(row.opposite)]
  const sorted = used.every(({ price }, i) => {
    const before = used[i - 1]?.price
    return before === undefined || (leg.side === 'buy' ? price > before : price < before)
  })
  if (!sorted) throw new Error(`the levels of ${venue} ${row.symbol} are not sorted`)
  const [asks, bids] = leg.side === 'buy' ? [used, opposite] : [opposite, used]
  return { venue, pair: leg.pair, asks, bids, as_of_ms: Date.parse(row.as_of) }
}

function levelOf([price, size]: readonly [string, string]): BookLevel {
  return { price: exact(price, 18), size: exact(size, 18) }
}

function fiatOf({ amount, currency }: { amount: string; currency: Fiat }): Money<Fiat> {
  return { amount: exact(amount, ASSETS[currency].decimals), asset: currency }
}

function exact(text: string, decimals: number): bigint {
  const value = parseDecimal(text, decimals)
  if (value === null) throw new Error(`${text} has more than ${decimals} decimals`)
  return value
}

/** Where two JSON values differ, one line each. */
function differences(path: string, said: unknown, computed: unknown): string[] {
  if (isTree(said) && isTree(computed)) {
    const keys = new Set([...Object.keys(said), ...Object.keys(computed)])
    return [...keys].flatMap((key) => differences(path ? `${path}.${key}` : key, said[key], computed[key]))
  }
  if (said === computed) return []
  return [`${path} is ${JSON.stringify(said)}, computed ${JSON.stringify(computed)}`]
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
