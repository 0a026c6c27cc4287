import { type Language, langTag } from './language.ts'

// Directional marks that Intl puts beside amounts in right-to-left languages.
const MARKS = /[\u061c\u200e\u200f]/g

/**
 * An exact decimal amount as people who read `language` write money, for example `$49.99`, `49,99 €`. As on the
 * checkout page: digits are Latin everywhere, and where it is printed it stands isolated, from left to right.
 */
export function formatMoney(amount: `${number}`, currency: string, language: Language): string {
  return new Intl.NumberFormat(langTag(language), { style: 'currency', currency, numberingSystem: 'latn' })
    .format(amount)
    .replace(MARKS, '')
}
