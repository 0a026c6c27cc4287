// Control characters, line and paragraph separators, and what turns the direction of the text that follows.
const HARMFUL = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+/gu

/**
 * Text from outside as one line that cannot break out of where it stands: no line ends (which would begin a new mail
 * header), no direction marks (which would let `exe.pdf` read as `fdp.exe`), no half characters, at most `max` UTF-16
 * units.
 */
export function plainLine(text: string, max = 200): string {
  const line = text.replace(HARMFUL, ' ').replace(/\s+/g, ' ').trim()
  return (line.length > max ? `${line.slice(0, max - 1)}…` : line).toWellFormed().replaceAll('\ufffd…', '…')
}
