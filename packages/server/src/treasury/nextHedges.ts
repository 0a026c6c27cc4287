import { ASSETS, CRYPTOS, type Crypto, type Fiat, FIATS, RATE_SCALE } from '../lib/money.ts'
import type { Exposure } from './exposureStore.ts'

/** Coins to buy with a currency. */
export type Wanted = { readonly asset: Crypto; readonly currency: Fiat; readonly amount: bigint }

/** Currency for one unit of the coin, scaled by RATE_SCALE. Null: not to be had now. */
export type Price = (asset: Crypto, currency: Fiat) => bigint | null

/** Minor units of `currency` that so much of `asset` costs. */
export function costOf(asset: Crypto, amount: bigint, currency: Fiat, price: bigint): bigint {
  const cost = amount * price * 10n ** BigInt(ASSETS[currency].decimals)
  return cost / (RATE_SCALE * 10n ** BigInt(ASSETS[asset].decimals))
}

/** Minor units of `asset` that so much of `currency` buys. */
export function boughtFor(asset: Crypto, amount: bigint, currency: Fiat, price: bigint): bigint {
  const bought = amount * RATE_SCALE * 10n ** BigInt(ASSETS[asset].decimals)
  return bought / (price * 10n ** BigInt(ASSETS[currency].decimals))
}

/**
 * What was sold to merchants and is not bought back yet, netted per pair: each coin is bought with the currencies that
 * customers paid, the one of which most is left first. What those do not cover, because the price has moved, is bought
 * with the first of them: the risk is the coin, not the currency. Orders under way count as filled, at their limit.
 */
export function nextHedges(
  { fx, open }: Exposure,
  price: Price,
  { minimum, currency: fallback }: { minimum: ReadonlyMap<Crypto, bigint>; currency: Fiat },
): Wanted[] {
  const left = new Map<Fiat, bigint>(FIATS.map((currency) => [currency, -(fx.get(currency) ?? 0n)]))
  const spend = (currency: Fiat, cost: bigint) => left.set(currency, (left.get(currency) ?? 0n) - cost)
  for (const { asset, amount, currency, limit_price } of open)
    spend(currency, costOf(asset, amount, currency, limit_price))
  const wanted: Wanted[] = []
  for (const asset of CRYPTOS) {
    const least = minimum.get(asset)
    // While one order for this coin is out, what it will leave over is not known.
    if (least === undefined || open.some((hedge) => hedge.asset === asset)) continue
    let need = fx.get(asset) ?? 0n
    if (need < least) continue
    const parts = new Map<Fiat, bigint>()
    for (const currency of FIATS.toSorted((a, b) => compare(left.get(b) ?? 0n, left.get(a) ?? 0n))) {
      const money = left.get(currency) ?? 0n
      const at = money > 0n ? price(asset, currency) : null
      if (at === null) continue
      const covered = boughtFor(asset, money, currency, at)
      const part = covered < need ? covered : need
      if (part < least) continue
      parts.set(currency, part)
      need -= part
    }
    const [first = price(asset, fallback) === null ? undefined : fallback] = parts.keys()
    if (first === undefined) continue
    const whole = (parts.get(first) ?? 0n) + need
    if (whole >= least) parts.set(first, whole)
    for (const [currency, amount] of parts) {
      spend(currency, costOf(asset, amount, currency, price(asset, currency) ?? 0n))
      wanted.push({ asset, currency, amount })
    }
  }
  return wanted
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
