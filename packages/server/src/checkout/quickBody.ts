import { z } from 'zod'
import { oneLine } from '../http/oneLine.ts'
import { storable } from '../http/storable.ts'
import { isWebUrl } from '../http/webUrl.ts'
import { CRYPTOS, FIATS } from '../lib/money.ts'
import {
  type CreateSessionBody,
  DESCRIPTION_MAX,
  EMAIL_MAX,
  EXPIRES_IN_MAX,
  EXPIRES_IN_MIN,
  LOCALE_WORDS,
  METADATA_KEY_MAX,
  METADATA_PAIRS_MAX,
  METADATA_VALUE_MAX,
} from './schema.ts'

const FIAT_SET: ReadonlySet<unknown> = new Set(FIATS)
const CRYPTO_SET: ReadonlySet<unknown> = new Set(CRYPTOS)
const LOCALE_SET: ReadonlySet<unknown> = new Set(LOCALE_WORDS)
const isAbsent = (value: unknown) => value === undefined || value === null

/**
 * What `createSessionBody` makes of a body that is plainly right, at a fraction of its cost. Null for everything else,
 * right or wrong: the schema then judges it and finds the words. A test holds the two together: whatever this accepts,
 * the schema accepts, with the same result.
 */
export function quickBody(input: unknown): CreateSessionBody | null {
  if (typeof input !== 'object' || input === null || Object.getPrototypeOf(input) !== Object.prototype)
    return null
  for (const key in input) if (!FIELDS.has(key)) return null
  const body = input as Record<string, unknown>
  const { amount, metadata, expires_in } = body
  if (typeof amount !== 'string' && !Number.isFinite(amount)) return null
  if (!FIAT_SET.has(body['currency']) || !CRYPTO_SET.has(body['payout_currency'])) return null
  if (!isAbsent(body['customer_email']) && !isEmail(body['customer_email'])) return null
  if (!isAbsent(body['redirect_url']) && !isWebUrl(body['redirect_url'])) return null
  if (!isAbsent(body['webhook_url']) && !isWebUrl(body['webhook_url'])) return null
  if (!isAbsent(body['locale']) && !LOCALE_SET.has(body['locale'])) return null
  if (!isAbsent(body['description']) && !isPlainDescription(body['description'])) return null
  if (metadata !== undefined && !isPlainMetadata(metadata)) return null
  if (expires_in !== undefined && !isExpiry(expires_in)) return null
  return { ...body, amount: String(amount) } as CreateSessionBody
}

const FIELDS = new Set([
  'amount',
  'currency',
  'payout_currency',
  'customer_email',
  'metadata',
  'redirect_url',
  'webhook_url',
  'expires_in',
  'locale',
  'description',
])

const isEmail = (value: unknown) =>
  typeof value === 'string' && value.length <= EMAIL_MAX && z.regexes.email.test(value)

const isPlainDescription = (value: unknown) =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= DESCRIPTION_MAX &&
  value.trim() === value &&
  oneLine(value)

const isExpiry = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= EXPIRES_IN_MIN && (value as number) <= EXPIRES_IN_MAX

function isPlainMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return false
  let pairs = 0
  for (const key in value) {
    const text = (value as Record<string, unknown>)[key]
    if (++pairs > METADATA_PAIRS_MAX || key === '' || key.length > METADATA_KEY_MAX || !storable(key))
      return false
    if (typeof text !== 'string' || text.length > METADATA_VALUE_MAX || !storable(text)) return false
  }
  return true
}
