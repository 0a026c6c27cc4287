/** Every language of the checkout page: what stands around it, the bank's page and the shop's prices, is in the same. */
export const LANGUAGES = [
  'en',
  'de',
  'es',
  'fr',
  'it',
  'pt',
  'nl',
  'pl',
  'sv',
  'da',
  'fi',
  'cs',
  'tr',
  'uk',
  'ar',
  'he',
  'fa',
  'ja',
  'ko',
  'zh',
] as const
export type Language = (typeof LANGUAGES)[number]

/** Longer headers than any browser sends are cut: the work per request stays bounded. */
const HEADER_MAX = 512

/**
 * The language of ours that the browser prefers, by its `Accept-Language` (RFC 9110 §12.5.4: higher q first, q=0 is
 * refused); a region counts as its language. English when it names none of ours.
 */
export function pickLanguage(accept: string | undefined): Language {
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 }
  for (const part of (accept ?? '').slice(0, HEADER_MAX).split(',')) {
    const [tag = '', ...parameters] = part.split(';')
    const [asked] = tag.trim().toLowerCase().split('-', 1)
    // Java's name for Hebrew until 2021, and Android's still.
    const language = LANGUAGES.find((one) => one === (asked === 'iw' ? 'he' : asked))
    const quality = qualityOf(parameters)
    if (language && quality > best.quality) best = { language, quality }
  }
  return best.language
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.map((one) => one.trim()).find((one) => /^q=/i.test(one))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}

/** What the `lang` attribute says: our Portuguese is Brazil's and our Chinese is Simplified. */
export function langTag(language: Language): string {
  return language === 'pt' ? 'pt-BR' : language === 'zh' ? 'zh-Hans' : language
}
