import { parseDecimal } from '../../../lib/money.ts'

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** JSON, but numbers with decimals come out as the text that stood there: amounts are never floating point. */
export function readJson(text: string): unknown {
  const keepDecimals: Reviver = (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && /[.e]/i.test(source) ? source : value
  return JSON.parse(text, keepDecimals as Parameters<typeof JSON.parse>[1])
}

/**
 * Satoshi of a number of bitcoin, as Bitcoin Core (`0.00001000`) and btcd (`1e-05`) write it. Null for anything else:
 * negative numbers, and parts of a satoshi.
 */
export function readAmount(text: string): bigint | null {
  const match = /^(\d{1,8})(?:\.(\d{1,16}))?(?:[eE]-(\d{1,2}))?$/.exec(text)
  if (!match) return null
  const [, whole = '', fraction = '', shift = '0'] = match
  const digits = `${'0'.repeat(Number(shift))}${whole}${fraction}`
  const point = whole.length
  const plain = `${digits.slice(0, point)}.${digits.slice(point)}`
    .replace(/^0+(?=\d)/, '')
    .replace(/\.?0*$/, '')
  return parseDecimal(plain, 8)
}
