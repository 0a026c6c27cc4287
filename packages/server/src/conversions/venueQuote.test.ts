import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { OrderBook } from '../adapters/venue.ts'
import { RATE_SCALE } from '../lib/money.ts'
import type { Leg } from './route.ts'
import { agree, median, priceVenue, rejected, scaled, type VenueQuote } from './venueQuote.ts'

const LIMITS = { max_age_ms: 10_000, max_spread_bps: 100, max_deviation_bps: 150, min_venues: 2 }
const NOW = 1_800_000_000_000
const one = RATE_SCALE
const BUY: Leg = { pair: { base: 'BTC', quote: 'USDT', symbol: 'BTCUSDT' }, side: 'buy' }
const SELL: Leg = { pair: { base: 'EUR', quote: 'USDT', symbol: 'EURUSDT' }, side: 'sell' }

function book({ pair }: Leg, bid: bigint, ask: bigint, age_ms = 0, size = 10n * one): OrderBook {
  const levels = (price: bigint) => (price > 0n ? [{ price, size }] : [])
  return { venue: 'v', pair, asks: levels(ask), bids: levels(bid), as_of_ms: NOW - age_ms }
}
const price = (books: OrderBook[], amount = one, legs = [BUY]) =>
  priceVenue('v', legs, books, amount, NOW, LIMITS)

describe('priceVenue', () => {
  it('walks the amount through one leg after the other', () => {
    const books = [book(SELL, 2n * one, (2002n * one) / 1000n), book(BUY, 399n * one, 400n * one)]
    const quote = price(books, 3n * one, [SELL, BUY])
    assert.equal(quote.rejected, null)
    assert.deepEqual(
      quote.legs.map(({ spent, got }) => [spent, got]),
      [
        [3n * one, 6n * one],
        [6n * one, (15n * one) / 1000n],
      ],
    )
    assert.equal(quote.rate, (5n * one) / 1000n)
  })

  it('rejects by age from either side, the bound itself being good', () => {
    const aged = (age_ms: number) => price([book(BUY, 399n * one, 400n * one, age_ms)]).rejected
    assert.equal(aged(10_000), null)
    assert.deepEqual(aged(10_001), { reason: 'stale', detail: 'BTCUSDT is 10001 ms old' })
    assert.equal(aged(-10_000), null)
    assert.equal(aged(-10_001)?.reason, 'stale')
  })

  it('rejects a spread above the limit and keeps the evidence', () => {
    assert.equal(price([book(BUY, 995n, 1005n, 0, one)], 1n).rejected, null)
    const wide = price([book(BUY, 994n * one, 1005n * one)])
    assert.deepEqual(wide.rejected, { reason: 'wide', detail: 'BTCUSDT has a spread of 111 bps' })
    assert.equal(wide.legs.length, 1)
  })

  it('rejects empty, crossed and shallow books', () => {
    assert.equal(price([book(BUY, 399n, 0n)]).rejected?.reason, 'empty')
    assert.equal(price([book(BUY, 0n, 400n)]).rejected?.reason, 'empty')
    assert.equal(price([book(BUY, 401n, 400n)]).rejected?.reason, 'crossed')
    assert.equal(price([book(BUY, 400n * one, 400n * one)]).rejected?.reason, 'crossed')
    assert.equal(price([book(BUY, 399n * one, 400n * one)], 4001n * one).rejected?.reason, 'thin')
    assert.equal(price([book(BUY, 399n * one, 400n * one)], 399n).rejected?.reason, 'thin')
  })
})

describe('agree', () => {
  const at = (venue: string, rate: bigint): VenueQuote => ({ venue, legs: [], rate, rejected: null })
  const reasons = (venues: readonly VenueQuote[]) => venues.map(({ rejected }) => rejected?.reason ?? 'ok')

  it('takes the middle of three and the mean of two', () => {
    assert.equal(agree([at('a', 1003n), at('b', 1001n), at('c', 1000n)], LIMITS).rate, 1001n)
    assert.equal(agree([at('a', 1004n), at('b', 1001n)], LIMITS).rate, 1002n)
  })

  it('leaves out a venue too far from the median, the bound itself being good', () => {
    const near = agree([at('a', 10_150n), at('b', 10_000n), at('c', 10_000n)], LIMITS)
    assert.deepEqual(reasons(near.venues), ['ok', 'ok', 'ok'])
    const far = agree([at('a', 10_151n), at('b', 10_000n), at('c', 10_000n)], LIMITS)
    assert.deepEqual(reasons(far.venues), ['deviant', 'ok', 'ok'])
    assert.equal(far.venues[0]?.rejected?.detail, '151 bps off the median')
    assert.equal(far.rate, 10_000n)
  })

  it('has no rate from two that contradict each other, from one, or from none', () => {
    assert.equal(agree([at('a', 10_500n), at('b', 10_000n)], LIMITS).rate, null)
    assert.equal(agree([at('a', 10_000n), rejected('b', 'stale', '')], LIMITS).rate, null)
    assert.equal(agree([], LIMITS).rate, null)
  })
})

it('median', () => {
  assert.equal(median([]), null)
  assert.equal(median([3n]), 3n)
  assert.equal(median([10n, 9n]), 9n)
  assert.equal(median([100n, 9n, 20n]), 20n)
})

it('scaled', () => {
  assert.equal(scaled({ amount: 4999n, asset: 'EUR' }), (4999n * one) / 100n)
})
