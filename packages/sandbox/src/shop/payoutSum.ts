import type { Transaction } from 'skiro'
import { type Language, langTag } from '../language.ts'
import { majorUnits } from '../acquirer/majorUnits.ts'
import { formatMoney } from '../money.ts'

/** How the payout comes about, for example `$19.00 − $2.85 fee (15 %) = $16.15, converted at 1.0023 USD per USDT.` */
export function payoutSum(transaction: Transaction, language: Language): string {
  const { amount, fee_amount, currency, payout_currency, conversion } = transaction
  const money = (minor: number) => formatMoney(majorUnits(minor), currency, language)
  // The API's numbers are exact to the cent, their difference as floats is not.
  const [gross, fee] = [Math.round(amount * 100), Math.round(fee_amount * 100)]
  const percent = plain((fee / gross) * 100, language, { maximumFractionDigits: 1 })
  const net = `${money(gross)} − ${money(fee)} fee (${percent} %) = ${money(gross - fee)}`
  if (!conversion) return `${net}.`
  // The API tells crypto per unit of fiat; people know prices the other way round.
  const price = plain(1 / Number(conversion.rate), language, { maximumSignificantDigits: 9 })
  return `${net}, converted at ${price} ${currency} per ${payout_currency}.`
}

function plain(value: number, language: Language, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(langTag(language), { numberingSystem: 'latn', ...options }).format(value)
}
