/** The most that is kept of an answer, for the merchant's eyes. */
export const HEAD_MAX_BYTES = 4096

/** Control, format, private and unassigned characters, and the two that break lines in JavaScript. */
const HARMFUL = /(?![\n\t])[\p{C}\u2028\u2029]/gu
const REPLACEMENT = '\uFFFD'

/**
 * An answer as a person reads it: status line, headers, an empty line, the beginning of the body. At most 4 KB of UTF-8.
 * What could move a cursor, turn text around or not be stored is replaced. A compressed body is named, not shown.
 * @param headers names and values by turns, as they came
 */
export function renderHead(
  status: number,
  status_text: string,
  headers: readonly (Buffer | string)[],
  body: Buffer,
): string {
  let text = `HTTP/1.1 ${status} ${status_text}`.trimEnd()
  let encoding = 'identity'
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name, value] = [String(headers[at]), String(headers[at + 1])]
    if (name.toLowerCase() === 'content-encoding') encoding = value.toLowerCase()
    text += `\n${name}: ${value}`
  }
  if (body.length > 0) text += `\n\n${encoding === 'identity' ? body.toString() : `(a body in ${encoding})`}`
  return cut(text.replaceAll('\r\n', '\n').replace(HARMFUL, REPLACEMENT))
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= HEAD_MAX_BYTES) return text
  // In a stream the decoder keeps the beginning of a cut character to itself.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, HEAD_MAX_BYTES), { stream: true })
}
