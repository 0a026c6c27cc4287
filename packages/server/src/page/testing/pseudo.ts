import { en } from '../texts/en.ts'
import type { PageTexts } from '../texts/texts.ts'

const PLAIN = 'aeiouyAEIOUYcnsz'
const MARKED = 'àéîõüýÀÉÎÕÜÝçñšž'

/** `Pay {shop}` → `⟦Pàý {shop}~~⟧`: what a page shows outside of brackets is not from the texts. */
function pseudo(text: string): string {
  // Placeholders stay as they are: split() puts them at the odd places.
  const parts = text.split(/(\{\w+\})/)
  const marked = parts.map((part, at) =>
    at % 2 === 1 ? part : part.replace(/./gu, (letter) => MARKED[PLAIN.indexOf(letter)] ?? letter),
  )
  return `⟦${marked.join('')}${'~'.repeat(Math.ceil(text.length * 0.4))}⟧`
}

const translate = (texts: object): object =>
  Object.fromEntries(
    Object.entries(texts).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? pseudo(value) : translate(value as object),
    ]),
  )

/**
 * English in accents, brackets, and 40 % longer, as German and Finnish are. No locale of the page: tests hand it to
 * `renderPage`, and no address leads to it.
 */
export const PSEUDO: PageTexts = { ...(translate(en) as PageTexts), dir: 'ltr' }

/**
 * What of a text stands outside of brackets and is none of `data`: names, amounts and ids, which nobody translates.
 * Empty when nothing is left that has letters.
 */
export function rawParts(text: string, data: readonly string[]): string {
  // From the inside out: a filled-in "the shop" has brackets of its own.
  let rest = text
  while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ')
  for (const value of [...data].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(value, ' ')
  return /\p{L}/u.test(rest) ? rest.replace(/\s+/g, ' ').trim() : ''
}
