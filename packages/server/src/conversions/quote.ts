import type { Venue } from '../adapters/venue.ts'
import { assert } from '../lib/assert.ts'
import { nowMs } from '../lib/clock.ts'
import { ProviderError } from '../lib/errors.ts'
import type { Crypto, Fiat, Money } from '../lib/money.ts'
import { createBookMemo } from './bookMemo.ts'
import { NoRate } from './noRate.ts'
import { findRoute } from './route.ts'
import { agree, type Limits, priceVenue, rejected, scaled, type VenueQuote } from './venueQuote.ts'

/** A rate for one amount, with everything that it was made from. */
export type Quote = {
  /** The amount whose depth was priced. */
  readonly from: Money<Fiat>
  readonly to: Crypto
  /** Units of `to` per unit of `from`, scaled by RATE_SCALE: the median of the accepted venues, before our spread. */
  readonly rate: bigint
  readonly quoted_at_ms: number
  /** The oldest book that counts. */
  readonly as_of_ms: number
  readonly limits: Limits
  /** All venues in the order of the configuration, the rejected ones with their reason. */
  readonly venues: readonly VenueQuote[]
}

export type RateLimits = Limits & { readonly timeout_ms: number; readonly memo_ms: number }

export const DEFAULT_LIMITS: RateLimits = {
  max_age_ms: 10_000,
  max_spread_bps: 100,
  max_deviation_bps: 150,
  min_venues: 2,
  timeout_ms: 2_000,
  memo_ms: 1_000,
}

/** The part of a logger that is used here. */
export type RateLog = { warn(fields: object, message: string): void }

export type RateEngine = {
  /**
   * Asks all venues at once and takes the median of what spending `from` would really buy.
   * @throws NoRate `no_quorum` when fewer than `min_venues` have a fresh, deep, agreeing book.
   */
  readonly quote: (request: { from: Money<Fiat>; to: Crypto }) => Promise<Quote>
}

/** Prices currency in coins. Holds nothing but the books of the last second. */
export function createRateEngine(
  { venues, limits: own = {} }: { venues: readonly Venue[]; limits?: Partial<RateLimits> },
  log?: RateLog,
): RateEngine {
  const { timeout_ms, memo_ms, ...limits } = { ...DEFAULT_LIMITS, ...own }
  const fetchBook = createBookMemo({ memo_ms, timeout_ms })

  /** A function of the time at which all answers are in: one moment decides for all venues what is fresh. */
  type Priced = (now_ms: number) => VenueQuote

  const ask = async (venue: Venue, from: Money<Fiat>, to: Crypto): Promise<Priced> => {
    const legs = findRoute(venue.pairs, from.asset, to)
    if (!legs) return () => rejected(venue.id, 'no_market', `no way from ${from.asset} to ${to}`)
    try {
      const books = await Promise.all(legs.map(({ pair }) => fetchBook(venue, pair)))
      return (now_ms) => priceVenue(venue.id, legs, books, scaled(from), now_ms, limits)
    } catch (error) {
      // A bug in an adapter must not take the other venues along, but it must be seen.
      if (!(error instanceof ProviderError))
        log?.warn({ venue: venue.id, err: error }, 'venue adapter failed')
      const detail = error instanceof ProviderError ? error.message : 'the adapter failed'
      return () => rejected(venue.id, 'no_answer', detail)
    }
  }

  return {
    async quote({ from, to }) {
      assert(from.amount > 0n, 'only a positive amount has a price')
      const answers = await Promise.all(venues.map((venue) => ask(venue, from, to)))
      const quoted_at_ms = nowMs()
      const agreed = agree(
        answers.map((priced) => priced(quoted_at_ms)),
        limits,
      )
      const rejections = agreed.venues.flatMap(({ venue, rejected }) =>
        rejected ? [{ venue, ...rejected }] : [],
      )
      const faults = rejections.filter(({ reason }) => reason !== 'no_market')
      if (faults.length > 0) log?.warn({ from: from.asset, to, rejections: faults }, 'venues rejected')
      if (agreed.rate === null) throw new NoRate('no_quorum', from.asset, to, rejections)
      const accepted = agreed.venues.filter(({ rejected }) => !rejected)
      return {
        from,
        to,
        rate: agreed.rate,
        quoted_at_ms,
        as_of_ms: Math.min(...accepted.flatMap(({ legs }) => legs.map(({ as_of_ms }) => as_of_ms))),
        limits,
        venues: agreed.venues,
      }
    },
  }
}
