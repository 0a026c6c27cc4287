import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Crypto, type Fiat, type LedgerAsset, RATE_SCALE } from '../lib/money.ts'
import type { OpenHedge } from './exposureStore.ts'
import { boughtFor, costOf, nextHedges } from './nextHedges.ts'

const USD: Record<string, bigint> = { USDT: 1n, USDC: 1n, BTC: 100_000n, ETH: 4000n }
const price = (asset: Crypto, currency: Fiat) =>
  currency === 'EUR'
    ? (USD[asset]! * RATE_SCALE * 10n) / 11n
    : currency === 'USD'
      ? USD[asset]! * RATE_SCALE
      : null
const minimum = new Map<Crypto, bigint>([
  ['USDT', 10_000_000n],
  ['BTC', 100_000n],
])
const next = (fx: Partial<Record<LedgerAsset, bigint>>, open: OpenHedge[] = []) =>
  nextHedges({ fx: new Map(Object.entries(fx) as [LedgerAsset, bigint][]), open }, price, {
    minimum,
    currency: 'USD',
  })

describe('what is bought next', () => {
  it('is what was sold, with what was paid', () => {
    assert.deepEqual(next({ USDT: 500_000_000n, USD: -50_000n }), [
      { asset: 'USDT', currency: 'USD', amount: 500_000_000n },
    ])
  })

  it('nets what stands on the other side', () => {
    assert.deepEqual(next({ USDT: -1n, USD: -50_000n }), [])
    assert.deepEqual(next({ USDT: 9_999_999n, USD: -1000n }), [])
  })

  it('is split over the currencies that customers paid', () => {
    const orders = next({ USDT: 500_000_000n, USD: -40_000n, EUR: -9091n })
    assert.deepEqual(
      orders.map(({ currency }) => currency),
      ['USD', 'EUR'],
    )
    assert.equal(
      orders.reduce((sum, { amount }) => sum + amount, 0n),
      500_000_000n,
    )
  })

  it('covers the coin also when its price rose and the currency is short', () => {
    // Sold for 9000, costs 10000 now: the loss is in the currency, not an open coin.
    assert.deepEqual(next({ BTC: 10_000_000n, USD: -900_000n }), [
      { asset: 'BTC', currency: 'USD', amount: 10_000_000n },
    ])
  })

  it('uses the fallback where no currency is left', () => {
    assert.deepEqual(next({ BTC: 10_000_000n }), [{ asset: 'BTC', currency: 'USD', amount: 10_000_000n }])
  })

  it('leaves alone what has no minimum, no price, or an order that is out', () => {
    assert.deepEqual(next({ ETH: 10n ** 18n, USD: -400_000n }), [])
    const open = [{ asset: 'USDT', currency: 'EUR', amount: 1n, limit_price: RATE_SCALE }] as const
    assert.deepEqual(next({ USDT: 500_000_000n, USD: -50_000n }, [...open]), [])
    assert.deepEqual(
      nextHedges({ fx: new Map([['USDT', 500_000_000n]]), open: [] }, () => null, {
        minimum,
        currency: 'USD',
      }),
      [],
    )
  })

  it('does not spend twice what an order of another coin will spend', () => {
    const open = [{ asset: 'USDT', currency: 'EUR', amount: 90_000_000n, limit_price: RATE_SCALE }] as const
    // 100 EUR were paid, 90 of them are promised: ten are left, and the rest comes from there too.
    const orders = next({ USDT: 90_000_000n, BTC: 200_000n, EUR: -10_000n, USD: -15_000n }, [...open])
    assert.deepEqual(
      orders.map(({ currency }) => currency),
      ['USD'],
    )
  })
})

it('cost and amount are each other, rounded down', () => {
  for (const amount of [1n, 99n, 12_345_678n, 10n ** 12n]) {
    const bought = boughtFor('BTC', amount, 'EUR', 91_234n * RATE_SCALE)
    const cost = costOf('BTC', bought, 'EUR', 91_234n * RATE_SCALE)
    assert.ok(cost <= amount && cost >= amount - 1n, `${amount}: ${cost}`)
  }
})
