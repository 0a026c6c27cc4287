/**
 * Characters that a reader cannot see and that change what the reader does see: controls and line separators, the marks
 * that turn the direction of text around (Trojan Source, CVE-2021-42574), zero-width ones, tags, private and broken
 * ones. The joiners U+200C and U+200D stay: Persian and emoji are written with them.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** Whether the text has characters that must not be in a name which customers read. */
export function hasInvisible(text: string): boolean {
  return text.search(INVISIBLE) >= 0
}

/** The text as it may be shown to a customer: without them. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, '')
}
