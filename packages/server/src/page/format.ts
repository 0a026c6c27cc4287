import { assert } from '../lib/assert.ts'
import { ASSETS, FIATS } from '../lib/money.ts'

const amountFormats = new Map<string, Intl.NumberFormat>()
const timeFormats = new Map<string, Intl.DateTimeFormat>()

// Latin digits everywhere: the total must be the one that the bank shows, and it shows no Persian digits.
const numberingSystem = 'latn'
// Directional marks that Intl puts beside amounts in right-to-left languages.
const MARKS = /[\u061c\u200e\u200f]/g

/**
 * An exact decimal string as the locale writes money. The digits go into Intl as a string, so nothing is rounded. The
 * number of decimals is our own table's: Intl's is wrong for some currencies. Without directional marks: where it is
 * printed it stands isolated, from left to right.
 */
export function formatAmount(amount: string, currency: string, language: string): string {
  const fiat = FIATS.find((one) => one === currency)
  assert(fiat, 'a page amount is in a currency of ours')
  const { decimals } = ASSETS[fiat]
  assert(
    isDecimal(amount, decimals),
    'a page amount is a plain decimal with no more decimals than its currency',
  )
  const key = `${language} ${currency}`
  let format = amountFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      numberingSystem,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
    amountFormats.set(key, format)
  }
  return format.format(amount).replace(MARKS, '')
}

function isDecimal(text: string, decimals: number): text is `${number}` {
  const match = /^\d+(?:\.(\d+))?$/.exec(text)
  return match !== null && (match[1] ?? '').length <= decimals
}

/**
 * A time in UTC, with its zone named, in the calendar and the digits of card statements: Persian readers would else get
 * a date of another year. The browser script rewrites it in the reader's own zone.
 */
export function formatTime(iso: string, language: string): string {
  let format = timeFormats.get(language)
  if (!format) {
    format = new Intl.DateTimeFormat(language, {
      dateStyle: 'long',
      timeStyle: 'long',
      timeZone: 'UTC',
      calendar: 'gregory',
      numberingSystem,
    })
    timeFormats.set(language, format)
  }
  return format.format(new Date(iso))
}

const BRANDS: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  maestro: 'Maestro',
}

/** How the card brand writes its own name; an unknown one is shown as the acquirer sent it. */
export function formatBrand(brand: string): string {
  return BRANDS[brand.toLowerCase()] ?? brand
}

/** `url` when a browser may be sent there, else null: `javascript:` and the like never reach an href. */
export function webUrl(url: string | null): URL | null {
  if (url === null || !URL.canParse(url)) return null
  const parsed = new URL(url)
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed : null
}
