import { assert } from '../lib/assert.ts'

const amountFormats = new Map<string, Intl.NumberFormat>()
const timeFormats = new Map<string, Intl.DateTimeFormat>()

/**
 * An exact decimal string as the locale writes money, always with two decimals. The digits go into Intl as a string,
 * so nothing is rounded, and Intl's own idea of a currency's decimals is not asked (it is wrong for some).
 */
export function formatAmount(amount: string, currency: string, language: string): string {
  assert(isDecimal(amount), 'a page amount is a plain decimal with at most two decimals')
  const key = `${language} ${currency}`
  let format = amountFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    })
    amountFormats.set(key, format)
  }
  return format.format(amount)
}

function isDecimal(text: string): text is `${number}` {
  return /^\d+(\.\d{1,2})?$/.test(text)
}

/** A time in UTC, with its zone named. The browser script rewrites it in the reader's own zone. */
export function formatTime(iso: string, language: string): string {
  let format = timeFormats.get(language)
  if (!format) {
    format = new Intl.DateTimeFormat(language, {
      dateStyle: 'long',
      timeStyle: 'long',
      timeZone: 'UTC',
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
