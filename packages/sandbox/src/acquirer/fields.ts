import { Refusal } from './errors.ts'

/** Reads one field or throws Refusal `invalid_request` that names it. */
export type Reader<T> = (value: unknown, name: string) => T

/** Largest amount: 12 digits, the width of the amount field in ISO 8583 card messages. */
export const MAX_AMOUNT_MINOR = 999_999_999_999

export function integer(min: number, max: number): Reader<number> {
  return (value, name) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value
    throw new Refusal('invalid_request', `${name} must be an integer from ${min} to ${max}.`, name)
  }
}

/** A positive amount in minor units. */
export const amountMinor: Reader<number> = integer(1, MAX_AMOUNT_MINOR)

export function text(max: number): Reader<string> {
  return (value, name) => {
    if (typeof value === 'string' && value.length > 0 && value.length <= max) return value
    throw new Refusal('invalid_request', `${name} must be a string of 1 to ${max} characters.`, name)
  }
}

export function oneOf<const T extends string>(allowed: readonly T[]): Reader<T> {
  return (value, name) => {
    const found = allowed.find((item) => item === value)
    if (found !== undefined) return found
    throw new Refusal('invalid_request', `${name} must be one of ${allowed.join(', ')}.`, name)
  }
}

/** The reader's value, or `fallback` when the field is absent. */
export function optional<T>(reader: Reader<T>, fallback: T): Reader<T> {
  return (value, name) => (value === undefined ? fallback : reader(value, name))
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, name) => (value === null ? null : reader(value, name))
}

/** An absolute http or https URL. */
export const httpUrl: Reader<string> = (value, name) => {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href
  throw new Refusal('invalid_request', `${name} must be an http or https URL.`, name)
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a JSON object; none for anything else. */
export const fieldsOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

/** An object with exactly the fields of `shape`. Unknown fields are refused by name. */
export function readFields<S extends Record<string, Reader<unknown>>>(
  value: unknown,
  shape: S,
): { [K in keyof S]: ReturnType<S[K]> } {
  if (!isRecord(value)) throw new Refusal('invalid_request', 'The body must be a JSON object.')
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(shape, name))
  if (unknown !== undefined) {
    throw new Refusal('invalid_request', `${unknown} is not a field of this call.`, unknown)
  }
  const given = new Map(Object.entries(value))
  const read = Object.entries(shape).map(([name, reader]) => [name, reader(given.get(name), name)])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value came from the reader of its name
  return Object.fromEntries(read) as { [K in keyof S]: ReturnType<S[K]> }
}

/**
 * The JSON of a raw body; an empty one is `{}`.
 * The parser's own message is not passed on: it quotes the input, which at the vault is a card number.
 */
export function parseJson(raw: unknown): unknown {
  if (typeof raw !== 'string' || raw === '') return {}
  try {
    return JSON.parse(raw)
  } catch {
    throw new Refusal('invalid_json', 'The body is not valid JSON.')
  }
}
