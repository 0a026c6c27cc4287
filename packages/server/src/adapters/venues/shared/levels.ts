import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import { parseDecimal } from '../../../lib/money.ts'
import type { BookLevel } from '../../venue.ts'

/** More than any card payment needs. A venue that sends its whole book costs no more than one that sends the top. */
const MAX_LEVELS = 500

/** Digits after the point of RATE_SCALE. */
const DECIMALS = 18

/** One side of a book: the best MAX_LEVELS entries, each checked by `level`. */
export function sideOf<T extends z.ZodType>(level: T) {
  return z
    .array(z.unknown())
    .transform((entries) => entries.slice(0, MAX_LEVELS))
    .pipe(z.array(level))
}

/**
 * The wire's decimal strings as exact integers. Numbers in exponent form, signs, zeros and more than 18 decimals are
 * refused, and so is a side that is not sorted best first: what we would read as the best price would not be it.
 * @throws ProviderError `unknown`.
 */
export function parseLevels(
  provider: string,
  side: 'asks' | 'bids',
  entries: readonly (readonly [price: string, size: string, ...rest: unknown[]])[],
): BookLevel[] {
  const levels: BookLevel[] = []
  for (const [price_text, size_text] of entries) {
    const price = parseDecimal(price_text, DECIMALS)
    const size = parseDecimal(size_text, DECIMALS)
    if (!price || !size) {
      const shown = JSON.stringify([price_text, size_text]).slice(0, 100)
      throw new ProviderError(provider, 'unknown', `${side} hold a level that is no price and size: ${shown}`)
    }
    const last = levels.at(-1)
    if (last && (side === 'asks' ? price <= last.price : price >= last.price)) {
      throw new ProviderError(provider, 'unknown', `${side} are not sorted best first`)
    }
    levels.push({ price, size })
  }
  return levels
}

/**
 * `json` as `schema` describes it. The schemas are strict about every field that we read and let unknown fields pass:
 * exchanges add fields without notice, and that must not stop payments.
 * @throws ProviderError `unknown`.
 */
export function parseWire<T extends z.ZodType>(provider: string, schema: T, json: unknown): z.infer<T> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const at = issue?.path.join('.') || 'the answer'
  throw new ProviderError(provider, 'unknown', `${at}: ${issue?.message ?? 'not as documented'}`)
}
