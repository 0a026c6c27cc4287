import { SkiroError } from '../lib/errors.ts'
import { DEPTH_MAX, type Scan, scanJson, VALUES_MAX } from './parseJsonScan.ts'
import { type JsonString, stringsOf } from './parseJsonStrings.ts'
import { STORABLE, storable } from './storable.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON value in the bytes of a body.
 * @throws SkiroError `invalid_request` as `parseJson` does, and for bytes that are not UTF-8 (RFC 8259 §8.1).
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch (cause) {
    throw new SkiroError('invalid_request', { message: 'The body is not valid UTF-8.', cause })
  }
  return parseJson(text)
}

/**
 * JSON.parse that loses nothing and leaves nothing to chance:
 * - A number whose digits JavaScript would change (`49.990`, `1e2`, `-0`, 9007199254740993) arrives as its source
 *   text, so that whoever reads it can accept or refuse it as written.
 * - A key stands once in its object (RFC 8259 §4 leaves open which one would count), needs no escape, and is not
 *   `__proto__`. Other names that objects inherit, such as `constructor`, are keys like any other.
 * - Every text can be stored: no NUL, no half of a surrogate pair.
 * - At most `DEPTH_MAX` levels and `VALUES_MAX` values, judged before anything is built.
 * @throws SkiroError `invalid_request`, with `param` where one field is at fault.
 */
export function parseJson(text: string): unknown {
  const scan = scanJson(text)
  if (scan.refused) throw refusal(text, scan.refused)
  const value = parsePlain(scan.text)
  // JSON.parse keeps one of several equal keys.
  if (countKeys(value) !== scan.keys || UNSTORABLE.test(text)) refuseStrings(text)
  return value
}

// How NUL and surrogates, whole pairs too, are written; as they are, neither comes through UTF-8 and JSON.parse.
const UNSTORABLE = /\\u(?:0000|[dD][89a-fA-F])/

function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const mark = text.startsWith('\ufeff') ? ' It starts with a byte order mark: remove it.' : ''
    throw new SkiroError('invalid_request', { message: `The body is not valid JSON.${mark}`, cause })
  }
}

/** Keys of all objects in `value`; NaN when one of them is `__proto__`. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const entry of value) count += countKeys(entry)
    return count
  }
  for (const key in value) {
    const entry = (value as Record<string, unknown>)[key]
    count += key === '__proto__' ? Number.NaN : 1
    if (typeof entry === 'object') count += countKeys(entry)
  }
  return count
}

function refusal(text: string, { why, at }: NonNullable<Scan['refused']>): SkiroError {
  if (why === 'too many') return invalid(`The body has more than ${VALUES_MAX} values. Send fewer.`, '')
  const { path } = [...stringsOf(text.slice(0, at))].at(-1) ?? { path: [] }
  if (why === 'too deep') {
    const name = typeof path[0] === 'string' ? nameOf(path.slice(0, 1)) : ''
    return invalid(`${name || 'The body'} is nested more than ${DEPTH_MAX} levels deep.`, name)
  }
  const name = nameOf(path.slice(0, -1))
  return invalid(
    `Keys${name && ` of ${name}`} must not contain quotes, backslashes or control characters.`,
    name,
  )
}

/** @throws SkiroError for the first string that may not be there, if any. */
function refuseStrings(text: string): void {
  for (const string of stringsOf(text)) {
    const name = nameOf(string.path)
    if (string.is_key && string.text === '__proto__') throw invalid(`Remove the key ${name}.`, name)
    if (string.repeated) throw invalid(`${name || 'A key without a name'} appears twice. Send it once.`, name)
    if (!storable(string.text)) throw invalid(`${name || 'The body'} ${STORABLE}.`, name)
  }
}

function invalid(message: string, param: string): SkiroError {
  return new SkiroError('invalid_request', { message, ...(param === '' ? {} : { param }) })
}

const NAME_MAX = 100

/** As `http/parse.ts` names fields, but no longer than an answer should repeat. */
function nameOf(path: JsonString['path']): string {
  const name = path.join('.')
  return (name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name).toWellFormed()
}
