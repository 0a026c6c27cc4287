/** Levels of objects and arrays: the deepest body of the API has two. */
export const DEPTH_MAX = 8
/** Values that are not objects or arrays themselves: the largest body of the API has some sixty. */
export const VALUES_MAX = 500
/** What no key may hold: what JSON has to escape (RFC 8259 §7). */
// oxlint-disable-next-line no-control-regex
export const KEY_REFUSED = /["\\\u0000-\u001f]/

/** What one pass over a JSON text finds. When the text is not JSON, `text` is none either. */
export type Scan = {
  /** The text for JSON.parse: numbers that JavaScript would write differently in quotes, keys without escapes. */
  readonly text: string
  /** Keys of all its objects, repeated ones counted as often as they stand there. */
  readonly keys: number
  /** Why the text is refused, and where the pass therefore ended. */
  readonly refused: { readonly why: 'too deep' | 'too many' | 'bad key'; readonly at: number } | null
}

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const UPPER_E = 0x45
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const LOWER_E = 0x65
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Looks once at what stands between the strings of a JSON text, without building anything.
 *
 * JSON.parse must not see an escape inside a key: after a body with the key `\` V8 may read another body's key `\n` as
 * `\`, whoever sent it (https://github.com/nodejs/node/issues/63785). So escapes in keys are resolved here, and keys
 * that cannot do without are refused.
 */
export function scanJson(text: string): Scan {
  const has_escapes = text.includes('\\')
  let depth = 0
  let keys = 0
  let values = 1
  let rewritten = ''
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) {
      const end = endOfString(text, i)
      if (has_escapes && text.slice(i, end).includes('\\') && isKey(text, end + 1)) {
        const key = readString(text.slice(i, end + 1))
        if (KEY_REFUSED.test(key)) return { text, keys, refused: { why: 'bad key', at: end + 1 } }
        rewritten += `${text.slice(copied, i)}"${key}"`
        copied = end + 1
      }
      i = end
    } else if (char === COLON) {
      keys += 1
    } else if (char === COMMA) {
      if (++values > VALUES_MAX) return { text, keys, refused: { why: 'too many', at: i } }
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      if (++depth > DEPTH_MAX) return { text, keys, refused: { why: 'too deep', at: i } }
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      depth -= 1
    } else if (char === MINUS || (char >= ZERO && char <= NINE)) {
      const end = endOfNumber(text, i)
      if (end < 0) {
        rewritten += `${text.slice(copied, i)}"${text.slice(i, -end)}"`
        copied = -end
      }
      i = Math.abs(end) - 1
    }
  }
  return { text: copied === 0 ? text : rewritten + text.slice(copied), keys, refused: null }
}

/** Where the string that begins at `start` has its closing quote; the end of the text when it has none. */
export function endOfString(text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end === -1) return text.length
    let escapes = end
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes -= 1
    if ((end - escapes) % 2 === 0) return end
  }
}

/** The text of a string token. What JSON.parse refuses is given as it stands: as a key it holds a backslash. */
export function readString(token: string): string {
  try {
    return String(JSON.parse(token))
  } catch {
    return token.slice(1, -1)
  }
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/**
 * Where the number that begins at `start` ends. Negative when JavaScript would not write it the same way: a double
 * keeps 15 digits (DBL_DIG), so only more of them, signs, exponents, closing zeros and tiny fractions are looked into.
 */
function endOfNumber(text: string, start: number): number {
  let end = start
  let digits = 0
  let points = 0
  let others = 0
  for (; ; end++) {
    const char = text.charCodeAt(end)
    if (char >= ZERO && char <= NINE) digits += 1
    else if (char === POINT) points += 1
    else if (char === MINUS || char === PLUS || char === LOWER_E || char === UPPER_E) others += 1
    else break
  }
  const digits_kept = text.charCodeAt(start) === ZERO ? 7 : 15
  const ends_in_zero = points > 0 && text.charCodeAt(end - 1) === ZERO
  if (others === 0 && digits <= digits_kept && !ends_in_zero) return end
  const token = text.slice(start, end)
  // What is no number stays as it is, and so does one that stands where a key should: JSON.parse refuses both.
  return String(Number(token)) === token || !NUMBER.test(token) || isKey(text, end) ? end : -end
}

function isKey(text: string, end: number): boolean {
  let at = end
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1
  return text.charCodeAt(at) === COLON
}
