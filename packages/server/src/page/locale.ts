import { LOCALES, type Locale } from '../lib/locales.ts'
import { ar } from './texts/ar.ts'
import { cs } from './texts/cs.ts'
import { da } from './texts/da.ts'
import { de } from './texts/de.ts'
import { en } from './texts/en.ts'
import { es } from './texts/es.ts'
import { fa } from './texts/fa.ts'
import { fi } from './texts/fi.ts'
import { fr } from './texts/fr.ts'
import { he } from './texts/he.ts'
import { it } from './texts/it.ts'
import { ja } from './texts/ja.ts'
import { ko } from './texts/ko.ts'
import { nl } from './texts/nl.ts'
import { pl } from './texts/pl.ts'
import { pt } from './texts/pt.ts'
import { sv } from './texts/sv.ts'
import type { PageTexts } from './texts/texts.ts'
import { tr } from './texts/tr.ts'
import { uk } from './texts/uk.ts'
import { zh } from './texts/zh.ts'

export { LOCALES, type Locale }

/** Their texts. */
export const TEXTS: Readonly<Record<Locale, PageTexts>> = {
  en,
  de,
  es,
  fr,
  it,
  pt,
  nl,
  pl,
  sv,
  da,
  fi,
  cs,
  tr,
  uk,
  ar,
  he,
  fa,
  ja,
  ko,
  zh,
}

// Longer headers than any browser sends are cut: the work per request stays bounded.
const HEADER_MAX = 512

/** Who may name the page's language, the first that names one we have. */
export type Wishes = {
  /** `?locale=` of the address. */
  readonly query?: string | undefined
  /** What the shop asked for when it made the session. */
  readonly session?: string | null | undefined
  /** The browser's header. */
  readonly accept?: string | undefined
}

/**
 * The language to answer in: `?locale=` when we have it, else the session's, else the best of Accept-Language
 * (RFC 9110 §12.5.4: higher q first, q=0 is refused), else English. Regions fall back to their language: `de-AT` is `de`,
 * `pt-PT` the Portuguese of Brazil. Readers of Traditional Chinese get Simplified, but from a header only when it names
 * no other language of ours. Norwegian has no stand-in: its readers read English more readily than Danish on a page
 * about their money.
 */
export function pickLocale({ query, session, accept }: Wishes): Locale {
  const named = match(query) ?? match(session)
  if (named) return named.locale
  let best: { locale: Locale; quality: number } | undefined
  for (const part of (accept ?? '').slice(0, HEADER_MAX).split(',')) {
    const [tag, ...parameters] = part.split(';')
    const found = match(tag)
    // A near miss counts after everything that was hit.
    const quality = found ? qualityOf(parameters) * (found.near ? 1e-6 : 1) : 0
    if (found && quality > (best?.quality ?? 0)) best = { locale: found.locale, quality }
  }
  return best?.locale ?? 'en'
}

/** The texts of a locale; English for one we do not have. */
export function textsOf(locale: string): { locale: Locale; texts: PageTexts } {
  const found = match(locale)?.locale ?? 'en'
  return { locale: found, texts: TEXTS[found] }
}

/**
 * What the `lang` attribute says: our Portuguese is Brazil's and our Chinese is Simplified. Browsers choose fonts and
 * voices by it.
 */
export function langTag(locale: Locale): string {
  return locale === 'pt' ? 'pt-BR' : locale === 'zh' ? 'zh-Hans' : locale
}

const HANT_REGIONS = new Set(['tw', 'hk', 'mo'])

/** `near`: not what was asked for, but its readers can read it. */
function match(tag: string | null | undefined): { locale: Locale; near: boolean } | undefined {
  const [asked, ...rest] = (tag ?? '').trim().toLowerCase().split(/[-_]/, 4)
  // Java's name for Hebrew until 2021, and Android's still.
  const language = asked === 'iw' ? 'he' : asked
  const locale = LOCALES.find((one) => one === language)
  if (!locale) return undefined
  const traditional =
    rest.includes('hant') || (!rest.includes('hans') && rest.some((part) => HANT_REGIONS.has(part)))
  return { locale, near: locale === 'zh' && traditional }
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.map((parameter) => parameter.trim()).find((parameter) => /^q=/i.test(parameter))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
