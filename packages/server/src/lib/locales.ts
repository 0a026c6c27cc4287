/**
 * Every language of the hosted page, in the order of its menu. A new one is its name here and a file in page/texts; the
 * tests do the rest.
 */
export const LOCALES = [
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

export type Locale = (typeof LOCALES)[number]
