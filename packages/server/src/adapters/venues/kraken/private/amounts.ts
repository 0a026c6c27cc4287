import { ProviderError } from '../../../../lib/errors.ts'
import {
  ASSETS,
  divide,
  formatDecimal,
  type LedgerAsset,
  parseDecimal,
  type Rounding,
} from '../../../../lib/money.ts'

/** Kraken's decimals are read with this many digits and rounded to ours: it counts finer than cents and microdollars. */
const READ_DECIMALS = 18

/**
 * Kraken's decimal in minor units of `asset`.
 * @throws ProviderError `unknown`: what it says about money is not understood.
 */
export function minorUnits(text: string, asset: LedgerAsset, rounding: Rounding): bigint {
  const read = parseDecimal(text, READ_DECIMALS)
  if (read === null) throw new ProviderError('kraken', 'unknown', `"${text.slice(0, 40)}" is no amount`)
  return divide(read, 10n ** BigInt(READ_DECIMALS - ASSETS[asset].decimals), rounding)
}

/** A decimal without zeros at its end: Kraken refuses more decimals than a market has, even when they are zeros. */
export function plainDecimal(amount: bigint, decimals: number): string {
  const text = formatDecimal(amount, decimals)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
