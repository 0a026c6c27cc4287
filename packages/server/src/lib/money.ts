import { assert } from './assert.ts'
import { SkiroError } from './errors.ts'

/** ISO 4217 currencies a customer can be charged in. All have two decimals. */
export const FIATS = ['USD', 'EUR', 'GBP', 'CAD', 'AUD'] as const
/** Assets a merchant can be paid out in. */
export const CRYPTOS = ['USDT', 'USDC', 'BTC', 'ETH'] as const

export type Fiat = (typeof FIATS)[number]
export type Crypto = (typeof CRYPTOS)[number]
export type Asset = Fiat | Crypto
/** What the ledger counts in: also POL, which pays for transactions and is never paid out, priced or charged. */
export type LedgerAsset = Asset | 'POL'
/** The coin in which a chain takes its fees. */
export type FeeCoin = 'ETH' | 'BTC' | 'POL'

/** An exact amount in minor units of its asset: cents, 10⁻⁶ USDT, satoshi, wei. Never a floating-point number. */
export type Money<A extends LedgerAsset = Asset> = { readonly amount: bigint; readonly asset: A }

/** How a result that does not fit is rounded. A required argument everywhere: nobody should guess. */
export type Rounding = 'floor' | 'ceil' | 'half_up'

/**
 * `decimals`: minor units per major unit as the ledger and the chain count them.
 * `shown`: decimals in JSON and the finest step of a payout. They differ for ETH and POL only: wei do not fit a JSON number.
 */
export const ASSETS: Record<LedgerAsset, { readonly decimals: number; readonly shown: number }> = {
  USD: { decimals: 2, shown: 2 },
  EUR: { decimals: 2, shown: 2 },
  GBP: { decimals: 2, shown: 2 },
  CAD: { decimals: 2, shown: 2 },
  AUD: { decimals: 2, shown: 2 },
  USDT: { decimals: 6, shown: 6 },
  USDC: { decimals: 6, shown: 6 },
  BTC: { decimals: 8, shown: 8 },
  ETH: { decimals: 18, shown: 8 },
  POL: { decimals: 18, shown: 8 },
}

/** Rates are integers scaled by 10¹⁸: enough digits for BTC per CAD cent. */
export const RATE_SCALE = 10n ** 18n

const PLAIN_DECIMAL = /^(0|[1-9][0-9]{0,29})(?:\.([0-9]{1,30}))?$/

/**
 * Minor units of a plain decimal such as `49.99`, with at most `decimals` digits after the point.
 * Returns null for anything else: signs, exponents, hex, spaces, other scripts' digits, extra digits. Never rounds.
 */
export function parseDecimal(text: string, decimals: number): bigint | null {
  const match = PLAIN_DECIMAL.exec(text)
  if (!match) return null
  const [, whole = '', fraction = ''] = match
  if (fraction.length > decimals) return null
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

/** `4999n, 2` → `49.99`. Exact; negative amounts keep their sign. */
export function formatDecimal(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const sign = amount < 0n ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/**
 * The amount a merchant sent, in minor units of `currency`.
 * @throws SkiroError `invalid_amount` for anything but a plain positive decimal with at most two decimals in bounds.
 */
export function parseFiatAmount(
  text: string,
  currency: Fiat,
  bounds: { min: bigint; max: bigint },
): Money<Fiat> {
  const { decimals } = ASSETS[currency]
  const amount = parseDecimal(text, decimals)
  const range = `from ${formatDecimal(bounds.min, decimals)} to ${formatDecimal(bounds.max, decimals)}`
  if (amount === null) {
    throw new SkiroError('invalid_amount', {
      param: 'amount',
      message: `amount must be a plain decimal in major units with at most ${decimals} decimals, such as 49.99, ${range}.`,
    })
  }
  if (amount < bounds.min || amount > bounds.max) {
    throw new SkiroError('invalid_amount', {
      param: 'amount',
      message: `amount must be ${range} ${currency}.`,
    })
  }
  return { amount, asset: currency }
}

/**
 * The amount as a JSON number in major units, with the decimals the asset shows. Exact: asserts that the shortest
 * decimal of the double is the digits we meant, which holds up to 15 significant digits.
 */
export function toJsonNumber({ amount, asset }: Money): number {
  const { decimals, shown } = ASSETS[asset]
  const step = 10n ** BigInt(decimals - shown)
  assert(amount % step === 0n, `${asset} amount has digits that JSON does not show`)
  const text = formatDecimal(amount / step, shown)
  const value = Number(text)
  // Beyond this, two neighbouring amounts could share one double.
  assert(amount / step <= 5_000_000_000_000_000n, `${asset} amount does not fit a JSON number`)
  assert(
    parseDecimal(value.toFixed(shown), shown) === amount / step,
    `${asset} amount does not fit a JSON number`,
  )
  return value
}

/** The amount as an exact decimal string with all of the asset's decimals. */
export function toDecimalString({ amount, asset }: Money<LedgerAsset>): string {
  return formatDecimal(amount, ASSETS[asset].decimals)
}

/** `numerator / denominator` as an integer. Both must be non-negative, the denominator positive. */
export function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  assert(numerator >= 0n && denominator > 0n, 'divide takes non-negative numbers and a positive denominator')
  const quotient = numerator / denominator
  const rest = numerator % denominator
  if (rest === 0n || rounding === 'floor') return quotient
  if (rounding === 'ceil') return quotient + 1n
  return rest * 2n >= denominator ? quotient + 1n : quotient
}

/** A share in basis points (1/100 of a percent), e.g. the platform fee: `round_half_up(amount × 1500 / 10000)`. */
export function shareOf(amount: bigint, bps: number, rounding: Rounding): bigint {
  assert(
    Number.isInteger(bps) && bps >= 0 && bps <= 10_000,
    'basis points must be an integer from 0 to 10000',
  )
  return divide(amount * BigInt(bps), 10_000n, rounding)
}

/**
 * `from` converted at `rate` (units of `to` per one unit of `from`, scaled by RATE_SCALE), in minor units of `to`,
 * cut to the step the asset is paid in.
 */
export function convert<A extends Asset>(from: Money, to: A, rate: bigint, rounding: Rounding): Money<A> {
  const target = ASSETS[to]
  const scaled = from.amount * rate * 10n ** BigInt(target.shown)
  const steps = divide(scaled, RATE_SCALE * 10n ** BigInt(ASSETS[from.asset].decimals), rounding)
  return { amount: steps * 10n ** BigInt(target.decimals - target.shown), asset: to }
}
