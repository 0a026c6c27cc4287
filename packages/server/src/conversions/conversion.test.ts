import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import { AssertionFailed } from '../lib/assert.ts'
import { ASSETS, CRYPTOS, FIATS, RATE_SCALE } from '../lib/money.ts'
import { fixConversion, remainderBound } from './conversion.ts'
import { NoRate } from './noRate.ts'

it('takes a captured amount apart', () => {
  const gross = { amount: 10_000n, asset: 'USD' } as const
  const quote = { from: gross, to: 'USDC', rate: (1001n * RATE_SCALE) / 1000n } as const
  const conversion = fixConversion({ gross, fee_bps: 1500, spread_bps: 50, quote })
  assert.deepEqual(conversion, {
    gross,
    fee_bps: 1500,
    fee: { amount: 1500n, asset: 'USD' },
    net: { amount: 8500n, asset: 'USD' },
    spread_bps: 50,
    mid_rate: 1_001_000_000_000_000_000n,
    rate: 995_995_000_000_000_000n,
    payout: { amount: 84_659_575n, asset: 'USDC' },
    payout_value: { amount: 8457n, asset: 'USD' },
    spread: { amount: 42n, asset: 'USD' },
    remainder: { amount: 1n, asset: 'USD' },
  })
})

it('rounds the fee half up', () => {
  const gross = { amount: 4999n, asset: 'EUR' } as const
  const quote = { from: gross, to: 'USDT', rate: RATE_SCALE } as const
  assert.equal(fixConversion({ gross, fee_bps: 1500, spread_bps: 0, quote }).fee.amount, 750n)
})

it('refuses what would pay out nothing', () => {
  const quoteOf = (amount: bigint) =>
    ({ from: { amount, asset: 'USD' }, to: 'BTC', rate: 10n ** 13n }) as const
  const fix = (amount: bigint, fee_bps: number, spread_bps: number) =>
    fixConversion({ gross: { amount, asset: 'USD' }, fee_bps, spread_bps, quote: quoteOf(amount) })
  const tooSmall = (error: unknown) => error instanceof NoRate && error.code === 'too_small'
  assert.equal(fix(1n, 0, 0).payout.amount, 10n)
  assert.throws(() => fix(1n, 10_000, 0), tooSmall)
  assert.throws(() => fix(1n, 0, 10_000), tooSmall)
  assert.throws(() => fix(0n, 0, 0), tooSmall)
  const poor = { ...quoteOf(9n), rate: 10n ** 11n }
  const gross = { amount: 9n, asset: 'USD' } as const
  assert.throws(() => fixConversion({ gross, fee_bps: 0, spread_bps: 0, quote: poor }), tooSmall)
})

it('is not fooled by a quote for something else', () => {
  const gross = { amount: 100n, asset: 'USD' } as const
  const base = { to: 'USDT', rate: RATE_SCALE } as const
  const fix = (quote: Parameters<typeof fixConversion>[0]['quote']) =>
    fixConversion({ gross, fee_bps: 100, spread_bps: 0, quote })
  assert.equal(fix({ ...base, from: { amount: 99n, asset: 'USD' } }).net.amount, 99n)
  assert.throws(() => fix({ ...base, from: { amount: 98n, asset: 'USD' } }), AssertionFailed)
  assert.throws(() => fix({ ...base, from: { amount: 100n, asset: 'EUR' } }), AssertionFailed)
  assert.throws(() => fix({ ...base, from: gross, rate: 0n }), AssertionFailed)
})

/** From a coin worth a million to one worth a thousandth. */
const rates = fc.bigInt({ min: RATE_SCALE / 1_000_000n, max: RATE_SCALE * 1_000n })
const inputs = fc.record({
  asset: fc.constantFrom(...FIATS),
  to: fc.constantFrom(...CRYPTOS),
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 1_000n }), fc.bigInt({ min: 1n, max: 10n ** 12n })),
  fee_bps: fc.oneof(fc.constantFrom(0, 1500), fc.integer({ min: 0, max: 10_000 })),
  spread_bps: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 10_000 })),
  rate: rates,
})

it('loses nothing: gross = payout_value + fee + spread + remainder, and the remainder is cents', () => {
  let fixed = 0
  fc.assert(
    fc.property(inputs, ({ asset, to, amount, fee_bps, spread_bps, rate }) => {
      const gross = { amount, asset }
      const run = () => fixConversion({ gross, fee_bps, spread_bps, quote: { from: gross, to, rate } })
      const { decimals, shown } = ASSETS[to]
      const net = amount - (amount * BigInt(fee_bps) + 5_000n) / 10_000n
      const applied = (rate * BigInt(10_000 - spread_bps)) / 10_000n
      const steps = (net * applied * 10n ** BigInt(shown)) / (RATE_SCALE * 100n)
      if (steps === 0n) {
        assert.throws(run, NoRate)
        return
      }
      const c = run()
      assert.equal(c.payout.amount, steps * 10n ** BigInt(decimals - shown))
      assert.equal(c.net.amount, net)
      assert.equal(c.rate, applied)
      const parts = c.payout_value.amount + c.fee.amount + c.spread.amount + c.remainder.amount
      assert.equal(parts, gross.amount)
      for (const part of [c.payout_value, c.fee, c.spread, c.remainder]) assert.ok(part.amount >= 0n)
      assert.ok(c.remainder.amount <= remainderBound(c.net, to, rate))
      // At real prices (a step of the coin under half a cent, a charge under a million) that is two cents.
      const cheap_step = RATE_SCALE * 200n < rate * 10n ** BigInt(shown)
      if (cheap_step && amount < 10n ** 8n) assert.ok(c.remainder.amount <= 2n)
      fixed++
    }),
    { numRuns: 2_000 },
  )
  assert.ok(fixed > 500)
})

it('reaches its bound: the proof is not loose', () => {
  let most = 0n
  for (let amount = 1n; amount < 3_000n; amount++) {
    const gross = { amount, asset: 'USD' } as const
    const quote = { from: gross, to: 'BTC', rate: 10_416_666_666_666n } as const
    most = [most, fixConversion({ gross, fee_bps: 0, spread_bps: 77, quote }).remainder.amount].reduce(
      (a, b) => (a > b ? a : b),
    )
  }
  assert.equal(most, 2n)
  assert.equal(remainderBound({ amount: 3_000n, asset: 'USD' }, 'BTC', 10_416_666_666_666n), 2n)
})
