import { assert } from '../lib/assert.ts'
import {
  ASSETS,
  convert,
  type Crypto,
  divide,
  type Fiat,
  type Money,
  RATE_SCALE,
  shareOf,
} from '../lib/money.ts'
import { NoRate } from './noRate.ts'
import type { Quote } from './quote.ts'

/** A captured amount taken apart for good: gross = payout_value + fee + spread + remainder, to the cent. */
export type Conversion = {
  readonly gross: Money<Fiat>
  readonly fee_bps: number
  readonly fee: Money<Fiat>
  /** gross − fee: what is converted. */
  readonly net: Money<Fiat>
  readonly spread_bps: number
  /** The market's rate and the one applied, coin per unit of currency, scaled by RATE_SCALE. */
  readonly mid_rate: bigint
  readonly rate: bigint
  readonly payout: Money<Crypto>
  /** What the payout is worth at the market's rate. */
  readonly payout_value: Money<Fiat>
  /** What we keep for the risk of the rate. */
  readonly spread: Money<Fiat>
  /** What rounding left over: for the rounding account. At most a few cents, see `remainderBound`. */
  readonly remainder: Money<Fiat>
}

/**
 * Fixes the conversion of `gross` at a quote made for at least as much as is left after the fee.
 * @throws NoRate `too_small` when the payout would be nothing.
 */
export function fixConversion({
  gross,
  fee_bps,
  spread_bps,
  quote,
}: {
  gross: Money<Fiat>
  fee_bps: number
  spread_bps: number
  quote: Pick<Quote, 'from' | 'to' | 'rate'>
}): Conversion {
  const { to, rate: mid_rate } = quote
  const money = (amount: bigint): Money<Fiat> => ({ amount, asset: gross.asset })
  const fee = shareOf(gross.amount, fee_bps, 'half_up')
  const net = gross.amount - fee
  assert(quote.from.asset === gross.asset, 'the quote is for another currency')
  assert(quote.from.amount >= net, 'the quote is for a smaller amount')
  assert(mid_rate > 0n, 'a quote has a positive rate')

  const rate = shareOf(mid_rate, 10_000 - spread_bps, 'floor')
  const payout = convert(money(net), to, rate, 'floor')
  if (payout.amount === 0n) throw new NoRate('too_small', gross.asset, to)

  const payout_value = valueAt(mid_rate, payout, gross.asset)
  const spread = shareOf(net, spread_bps, 'floor')
  const remainder = net - payout_value - spread
  assert(
    remainder >= 0n && remainder <= remainderBound(money(net), to, mid_rate),
    'rounding lost more than it can',
  )
  return {
    gross,
    fee_bps,
    fee: money(fee),
    net: money(net),
    spread_bps,
    mid_rate,
    rate,
    payout,
    payout_value: money(payout_value),
    spread: money(spread),
    remainder: money(remainder),
  }
}

/** Minor units of `fiat` that `payout` is worth, rounded down. */
function valueAt(rate: bigint, payout: Money<Crypto>, fiat: Fiat): bigint {
  const numerator = payout.amount * RATE_SCALE * 10n ** BigInt(ASSETS[fiat].decimals)
  return divide(numerator, rate * 10n ** BigInt(ASSETS[payout.asset].decimals), 'floor')
}

/**
 * The most minor units that rounding can leave over. With N the net, M the market's rate, s the spread's share, and
 * every rounding down by less than one unit of its own:
 *
 *     applied rate          R > M(1 − s) − 1
 *     payout's value      P/M > N·R/M − step/M > N(1 − s) − N/M − step/M
 *     payout_value          V > P/M − 1
 *     spread                S > N·s − 1
 *     remainder     N − V − S < 2 + (N + step)/M
 *
 * and it is not negative, for V ≤ P/M ≤ N(1 − s) and S ≤ N·s. The fraction is far below 1 as long as the smallest
 * step of the coin is worth less than a cent, so the bound is two cents in practice.
 */
export function remainderBound({ amount, asset }: Money<Fiat>, to: Crypto, mid_rate: bigint): bigint {
  const step = (RATE_SCALE * 10n ** BigInt(ASSETS[asset].decimals)) / 10n ** BigInt(ASSETS[to].shown)
  return 1n + divide(amount + step, mid_rate, 'ceil')
}
