// Control characters and line ends, and what embeds, overrides or isolates the direction of text (Trojan Source,
// CVE-2021-42574). Marks and joiners, which Hebrew, Persian and emoji are written with, are none of these.
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** Whether text that strangers will read stays on its line and leaves the text around it alone. */
export const oneLine = (text: string) => text.isWellFormed() && !BREAKING.test(text)

export const ONE_LINE =
  'must not contain control characters, line ends, direction overrides or broken Unicode'
