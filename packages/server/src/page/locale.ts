import { ar } from './texts/ar.ts'
import { de } from './texts/de.ts'
import { en } from './texts/en.ts'
import { es } from './texts/es.ts'
import type { PageTexts } from './texts/texts.ts'

/** Every language of the page, in the order of its menu. */
export const LOCALES = ['en', 'de', 'es', 'ar'] as const

export type Locale = (typeof LOCALES)[number]

/** Their texts. A new language is a file in texts/ and its name in these two lines; the tests do the rest. */
export const TEXTS: Readonly<Record<Locale, PageTexts>> = { en, de, es, ar }

// Longer headers than any browser sends are cut: the work per request stays bounded.
const HEADER_MAX = 512

/**
 * The language to answer in: `?locale=` when we have it, else the best of Accept-Language (RFC 9110 §12.5.4: higher q
 * first, q=0 is refused), else English. Regions fall back to their language: `de-AT` is `de`.
 */
export function pickLocale(query: string | undefined, acceptLanguage: string | undefined): Locale {
  const asked = query === undefined ? undefined : match(query)
  if (asked) return asked
  let best: { locale: Locale; quality: number } | undefined
  for (const part of (acceptLanguage ?? '').slice(0, HEADER_MAX).split(',')) {
    const [tag = '', ...parameters] = part.split(';')
    const locale = match(tag)
    const quality = qualityOf(parameters)
    if (locale && quality > (best?.quality ?? 0)) best = { locale, quality }
  }
  return best?.locale ?? 'en'
}

/** The texts of a locale; English for one we do not have. */
export function textsOf(locale: string): { locale: Locale; texts: PageTexts } {
  const found = match(locale) ?? 'en'
  return { locale: found, texts: TEXTS[found] }
}

function match(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split(/[-_]/, 1)[0]
  return LOCALES.find((locale) => locale === language)
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.map((parameter) => parameter.trim()).find((parameter) => /^q=/i.test(parameter))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
