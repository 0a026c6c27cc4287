import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Venue } from '../adapters/venue.ts'
import { createBinance } from '../adapters/venues/binance/index.ts'
import { createCoinbase } from '../adapters/venues/coinbase/index.ts'
import { createKraken } from '../adapters/venues/kraken/index.ts'
import { openSandboxWorld } from '../../../../test/support/venueWorld.ts'
import { nowMs, sleep } from '../lib/clock.ts'
import { CRYPTOS, type Crypto, divide, FIATS, type Fiat, type Money, RATE_SCALE } from '../lib/money.ts'
import { NoRate } from './noRate.ts'
import { createRateEngine, type Quote, type RateLimits } from './quote.ts'

let world: Awaited<ReturnType<typeof openSandboxWorld>>
before(async () => {
  world = await openSandboxWorld()
})
after(() => world.close())
afterEach(async () => {
  for (const venue of ['kraken', 'coinbase', 'binance'] as const) await world.set(venue, 'normal')
})

const EUR_100: Money<Fiat> = { amount: 10_000n, asset: 'EUR' }
const USD_100: Money<Fiat> = { amount: 10_000n, asset: 'USD' }

function venues(): Venue[] {
  const { kraken, coinbase, binance } = world.urls
  return [createKraken({ url: kraken }), createCoinbase({ url: coinbase }), createBinance({ url: binance })]
}
const engine = (limits: Partial<RateLimits> = {}) => createRateEngine({ venues: venues(), limits })
const quoteBtc = (limits: Partial<RateLimits> = {}) => engine(limits).quote({ from: EUR_100, to: 'BTC' })

function reasons(quote: Quote): Record<string, string> {
  return Object.fromEntries(quote.venues.map(({ venue, rejected }) => [venue, rejected?.reason ?? 'ok']))
}

/** Dollars per unit around which the sandbox's market moves, in millionths. */
const MICRO_USD: Record<Fiat | Crypto, bigint> = {
  USD: 1_000_000n,
  EUR: 1_090_000n,
  GBP: 1_270_000n,
  CAD: 729_927n,
  AUD: 660_000n,
  USDT: 1_000_000n,
  USDC: 1_000_000n,
  BTC: 96_000_000_000n,
  ETH: 3_400_000_000n,
}

describe('with all venues in order', () => {
  it('quotes every currency in every coin, near the market', async () => {
    const { quote } = engine()
    for (const asset of FIATS) {
      for (const to of CRYPTOS) {
        const from = { amount: 25_000n, asset }
        const result = await quote({ from, to })
        const market = (MICRO_USD[asset] * RATE_SCALE) / MICRO_USD[to]
        const off = result.rate > market ? result.rate - market : market - result.rate
        assert.ok(off * 100n < market * 2n, `${asset} to ${to}: ${result.rate} is not near ${market}`)
        const accepted = result.venues.filter(({ rejected }) => !rejected)
        assert.equal(accepted.length, asset === 'EUR' ? 3 : 2, `${asset} to ${to}`)
        assert.ok(accepted.every(({ legs }) => legs.every((leg) => leg.as_of_ms >= result.as_of_ms)))
        assert.ok(Math.abs(result.quoted_at_ms - nowMs()) < 1_000)
      }
    }
  })

  it('takes the middle venue of three', async () => {
    const { rate, venues } = await quoteBtc()
    const sorted = venues.map((venue) => venue.rate ?? 0n).toSorted((a, b) => (a < b ? -1 : 1))
    assert.equal(sorted.length, 3)
    assert.equal(rate, sorted[1])
  })

  it('takes the mean of two, rounded down', async () => {
    const { rate, venues } = await engine().quote({ from: USD_100, to: 'ETH' })
    const [a, b] = venues.flatMap((venue) => (venue.rate === null ? [] : [venue.rate]))
    assert.ok(a !== undefined && b !== undefined)
    assert.equal(rate, divide(a + b, 2n, 'floor'))
  })

  it('gives a worse rate for more, because the book gets deeper', async () => {
    const { quote } = engine({ memo_ms: 60_000 })
    const small = await quote({ from: EUR_100, to: 'BTC' })
    const large = await quote({ from: { amount: 30_000_000n, asset: 'EUR' }, to: 'BTC' })
    assert.ok(large.rate < small.rate)
    assert.ok((large.venues[0]?.legs[0]?.levels.length ?? 0) > 1)
  })

  it('does not take a stablecoin for a dollar', async () => {
    // By its books, as any other coin. Now and then the market's own price is 1 to the last digit.
    const { venues } = await engine().quote({ from: USD_100, to: 'USDT' })
    const accepted = venues.filter(({ rejected }) => !rejected)
    assert.ok(accepted.length >= 2)
    for (const { legs } of accepted) {
      const prices = legs.filter(({ pair }) => [pair.base, pair.quote].includes('USDT'))
      assert.ok(prices.some(({ levels }) => levels.length > 0))
    }
  })
})

describe('with one venue out of order', () => {
  for (const [mode, reason] of [
    ['down', 'no_answer'],
    ['error', 'no_answer'],
    ['garbage', 'no_answer'],
    ['stale', 'stale'],
    ['wide', 'wide'],
    ['deviant', 'deviant'],
    ['empty', 'empty'],
  ] as const) {
    it(`goes on without a venue that is ${mode}`, async () => {
      await world.set('kraken', mode)
      const quote = await quoteBtc()
      assert.deepEqual(reasons(quote), { kraken: reason, coinbase: 'ok', binance: 'ok' })
    })
  }

  it('waits no longer than its timeout for a slow one', async () => {
    await world.set('coinbase', 'slow')
    const started = nowMs()
    const quote = await quoteBtc({ timeout_ms: 1_000 })
    assert.ok(nowMs() - started < 3_000)
    assert.deepEqual(reasons(quote), { kraken: 'ok', coinbase: 'no_answer', binance: 'ok' })
  })

  it('sees that a venue without a clock stands still', async () => {
    await world.set('binance', 'stale')
    // Without Kraken, whose times are whole seconds.
    const limits = { max_age_ms: 1_000, memo_ms: 0 }
    const { quote } = createRateEngine({ venues: venues().slice(1), limits })
    assert.equal(reasons(await quote({ from: EUR_100, to: 'BTC' })).binance, 'ok')
    await sleep(1_050)
    await assert.rejects(
      quote({ from: EUR_100, to: 'BTC' }),
      /^NoRate: no rate from EUR to BTC: no_quorum: binance stale \(BTCEUR is \d+ ms old\)$/,
    )
  })

  it('rejects a venue for one bad leg of several', async () => {
    await world.set('kraken', 'wide', 'USDCAD')
    await assert.rejects(engine().quote({ from: { amount: 5_000n, asset: 'CAD' }, to: 'ETH' }), (error) => {
      assert.ok(error instanceof NoRate)
      const [kraken] = error.rejections
      assert.equal(kraken?.reason, 'wide')
      assert.match(kraken?.detail ?? '', /^USDCAD has a spread of 3\d\d bps$/)
      return true
    })
  })

  it('survives a bug in one adapter, and logs it', async () => {
    const [kraken, coinbase, binance] = venues()
    assert.ok(kraken && coinbase && binance)
    const broken: Venue = { ...kraken, book: () => Promise.reject(new TypeError('bug')) }
    const lines: string[] = []
    const log = { warn: (_: object, message: string) => lines.push(message) }
    const quote = await createRateEngine({ venues: [broken, coinbase, binance] }, log).quote({
      from: EUR_100,
      to: 'BTC',
    })
    assert.deepEqual(reasons(quote), { kraken: 'no_answer', coinbase: 'ok', binance: 'ok' })
    assert.deepEqual(lines, ['venue adapter failed', 'venues rejected'])
  })
})

describe('with too few venues left', () => {
  const failsWith = (expected: Record<string, string>) => (error: unknown) => {
    assert.ok(error instanceof NoRate, String(error))
    assert.equal(error.code, 'no_quorum')
    assert.deepEqual(
      Object.fromEntries(error.rejections.map(({ venue, reason }) => [venue, reason])),
      expected,
    )
    return true
  }

  it('has no rate from one', async () => {
    await world.set('kraken', 'down')
    await world.set('binance', 'stale')
    await world.set('coinbase', 'wide')
    const two = { kraken: 'no_answer', coinbase: 'wide' }
    await assert.rejects(quoteBtc(), failsWith(two))
  })

  it('has no rate from two that contradict each other', async () => {
    await world.set('coinbase', 'deviant')
    await assert.rejects(
      engine().quote({ from: USD_100, to: 'BTC' }),
      failsWith({ kraken: 'deviant', coinbase: 'deviant', binance: 'no_market' }),
    )
  })

  it('has no rate for more than the books hold', async () => {
    const from = { amount: 10n ** 14n, asset: 'EUR' } as const
    const expected = { kraken: 'thin', coinbase: 'thin', binance: 'thin' }
    await assert.rejects(engine().quote({ from, to: 'BTC' }), failsWith(expected))
  })

  it('says so in the log too, but not that a venue lacks a market', async () => {
    const lines: object[] = []
    const log = { warn: (fields: object) => lines.push(fields) }
    const logging = createRateEngine({ venues: venues() }, log)
    await logging.quote({ from: USD_100, to: 'BTC' })
    assert.deepEqual(lines, [])
    await world.set('kraken', 'error')
    await assert.rejects(logging.quote({ from: USD_100, to: 'ETH' }), NoRate)
    const rejections = [{ venue: 'kraken', reason: 'no_answer', detail: 'EService:Unavailable' }]
    assert.deepEqual(lines, [{ from: 'USD', to: 'ETH', rejections }])
  })
})
