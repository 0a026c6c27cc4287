import { groupDigits, maxLength } from './cardNumber.ts'

/** Only the digits; Arabic-Indic and other decimal digits are read as their value. */
export function onlyDigits(text: string): string {
  return text.normalize('NFKC').replace(/[^0-9]/g, '')
}

/** What a card number field shows for what was typed or pasted. */
export function showNumber(text: string): string {
  const digits = onlyDigits(text)
  return groupDigits(digits.slice(0, maxLength(digits)))
}

/**
 * What an expiry field shows: `5` → `05 / `, `0829` → `08 / 29`. A pasted, typed or filled-in `8/2029` or `2029-08`
 * gives `08 / 29` too. While deleting, nothing that was just removed is put back.
 */
export function showExpiry(text: string, deleting: boolean): string {
  const yearFirst = /^\s*20([0-9]{2})\s*[-/.]\s*([0-9]{1,2})\s*$/.exec(text)
  if (yearFirst) return `${yearFirst[2]?.padStart(2, '0')} / ${yearFirst[1]}`
  let digits = onlyDigits(text)
  if (!deleting && (/^[2-9]/.test(digits) || /^\s*[0-9]\s*[-/.]/.test(text))) digits = `0${digits}`
  const month = digits.slice(0, 2)
  const year = shortYear(digits.slice(2))
  if (month.length < 2) return month
  if (year === '') return deleting ? month : `${month} / `
  return `${month} / ${year}`
}

/** Two digits; the third and fourth are waited for only after `20`, which is no year a card can carry. */
function shortYear(digits: string): string {
  if (!digits.startsWith('20')) return digits.slice(0, 2)
  return digits.length >= 4 ? digits.slice(2, 4) : digits
}

/** Month and four-digit year of a complete expiry field, else nulls. */
export function readExpiry(shown: string): { exp: string; month: number | null; year: number | null } {
  const exp = onlyDigits(shown)
  if (exp.length !== 4) return { exp, month: null, year: null }
  return { exp, month: Number(exp.slice(0, 2)), year: 2000 + Number(exp.slice(2)) }
}

/** Where the caret belongs in `shown` so that `count` digits stand before it. */
export function caretAfter(shown: string, count: number): number {
  let seen = 0
  let at = 0
  while (at < shown.length && seen < count) {
    if (/[0-9]/.test(shown.charAt(at))) seen += 1
    at += 1
  }
  // At the end of what is there, stand behind a separator too: the next digit comes after it.
  const rest = shown.slice(at)
  return /[0-9]/.test(rest) ? at : shown.length
}
