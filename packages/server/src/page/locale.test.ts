import assert from 'node:assert/strict'
import { test } from 'node:test'
import { langTag, LOCALES, pickLocale, TEXTS, textsOf } from './locale.ts'
import { flatten } from './testing/flatten.ts'

test('the query decides, then the browser, then English', () => {
  const cases: [string | undefined, string | undefined, string][] = [
    [undefined, undefined, 'en'],
    ['de', 'es', 'de'],
    ['DE-at', undefined, 'de'],
    ['ar_EG', undefined, 'ar'],
    ['xx', 'es-MX,es;q=0.9', 'es'],
    ['', 'ar', 'ar'],
    ['../../de', 'es', 'es'],
    [undefined, 'hu-HU, hu;q=0.9, de;q=0.5, en;q=0.4', 'de'],
    [undefined, 'en;q=0.3, es;q=0.8', 'es'],
    [undefined, 'de;q=0, en;q=0.1', 'en'],
    [undefined, 'de;q=0', 'en'],
    [undefined, '*', 'en'],
    [undefined, 'de;q=abc, ar;q=0.2', 'ar'],
    [undefined, 'de;q=7, ar', 'ar'],
    [undefined, 'es, de', 'es'],
    [undefined, `${'x,'.repeat(100_000)}de`, 'en'],
  ]
  for (const [query, accept, expected] of cases) {
    assert.equal(pickLocale({ query, accept }), expected, `${query} with ${accept?.slice(0, 60)}`)
  }
})

test('what the shop asked for stands between the address and the browser', () => {
  assert.equal(pickLocale({ session: 'fr', accept: 'de' }), 'fr')
  assert.equal(pickLocale({ query: 'es', session: 'fr', accept: 'de' }), 'es')
  assert.equal(pickLocale({ query: 'xx', session: 'fr', accept: 'de' }), 'fr')
  assert.equal(pickLocale({ session: null, accept: 'de' }), 'de')
})

test('regions get the nearest language that their readers can read', () => {
  const cases: [string, string][] = [
    ['pt-PT,pt;q=0.9,en;q=0.8', 'pt'],
    // As Chrome in Taiwan and in Hong Kong sends it: plain Chinese stands before English.
    ['zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7', 'zh'],
    // As Safari does: nothing else is named.
    ['zh-TW,zh-Hant;q=0.9', 'zh'],
    ['zh-Hant-HK', 'zh'],
    // Traditional only, and English named: English, which we have exactly.
    ['zh-HK,en;q=0.5', 'en'],
    ['zh-Hans-HK,en;q=0.5', 'zh'],
    ['zh-SG,en;q=0.5', 'zh'],
    // Norwegian in its three names: no Danish, no Swedish unless named.
    ['nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6', 'en'],
    ['nn', 'en'],
    ['no,da;q=0.5', 'da'],
    ['iw-IL,en;q=0.5', 'he'],
    ['fa-AF', 'fa'],
  ]
  for (const [accept, expected] of cases) assert.equal(pickLocale({ accept }), expected, accept)
  // Named on purpose it is near enough.
  assert.equal(pickLocale({ query: 'zh-TW', accept: 'en' }), 'zh')
})

const placeholders = (text: string | undefined) => [...(text ?? '').matchAll(/\{\w+\}/g)].map(String).sort()

test('there are twenty languages, three of them from right to left', () => {
  assert.equal(LOCALES.length, 20)
  const rtl = LOCALES.filter((locale) => TEXTS[locale].dir === 'rtl')
  assert.deepEqual(rtl, ['ar', 'he', 'fa'])
  for (const locale of LOCALES) {
    const [tag] = Intl.getCanonicalLocales(langTag(locale))
    assert.equal(tag, langTag(locale))
    assert.equal(new Intl.Locale(locale).maximize().language, new Intl.Locale(langTag(locale)).language)
    // Intl knows it: nothing falls back to the server's own language.
    assert.deepEqual(Intl.NumberFormat.supportedLocalesOf(locale), [locale])
  }
})

test('every language has every text, none empty, with the same placeholders', () => {
  const english = flatten(TEXTS.en)
  assert.ok(english.size > 90)
  for (const locale of LOCALES) {
    const texts = flatten(TEXTS[locale])
    assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), locale)
    for (const [key, text] of texts) {
      assert.equal(text, text.trim(), `${locale} ${key}`)
      assert.notEqual(text, '', `${locale} ${key}`)
      assert.deepEqual(placeholders(text), placeholders(english.get(key)), `${locale} ${key}`)
      assert.doesNotMatch(text.replace(/\{\w+\}/g, 'x'), /[{}<>]|\.\.\.|["']|\s\s/, `${locale} ${key}`)
    }
  }
})

test('a language is translated, not copied from English or from another', () => {
  const all = LOCALES.map((locale) => ({ locale, texts: flatten(TEXTS[locale]) }))
  for (const [index, { locale, texts }] of all.entries()) {
    for (const other of all.slice(0, index)) {
      const same = [...texts].filter(([key, text]) => key !== 'dir' && text === other.texts.get(key))
      // Neighbours share words such as "Data"; nobody shares a sentence.
      const sentences = same.filter(
        ([, text]) =>
          text
            .replace(/\{\w+\}/g, '')
            .trim()
            .split(' ').length > 3,
      )
      assert.deepEqual(other.locale === 'en' ? same : sentences, [], `${locale} and ${other.locale}`)
    }
  }
})

const SCRIPTS: Partial<Record<string, RegExp>> = {
  uk: /\p{Script=Cyrillic}/u,
  ar: /\p{Script=Arabic}/u,
  fa: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  ko: /\p{Script=Hangul}/u,
  zh: /\p{Script=Han}/u,
}

test('every text is written in the script of its language', () => {
  for (const locale of LOCALES) {
    for (const [key, text] of flatten(TEXTS[locale])) {
      if (key === 'dir') continue
      assert.match(text, SCRIPTS[locale] ?? /\p{Script=Latin}/u, `${locale} ${key}`)
    }
  }
})

test('French stands off its marks with a space that cannot break', () => {
  for (const [key, text] of flatten(TEXTS.fr)) assert.doesNotMatch(text, / [?!;:»]|« /, key)
  assert.match(TEXTS.fr.contact, /\u202f\?/)
  assert.match(TEXTS.fr.statement, /\u00a0:/)
  // Persian joins its parts with a mark that does not; a space in its place would be a mistake.
  for (const [key, text] of flatten(TEXTS.fa)) assert.doesNotMatch(text, /(^| )ن?می (?!خواهم)/, key)
})

test('the buyer reads nothing about what the merchant is paid in', () => {
  const words =
    /crypto|krypto|cripto(?!graf)|bitcoin|\b(BTC|ETH|USDT|USDC)\b|wallet|portefeuille|blockchain|крипто|биткоин|تشفير العمل|محفظة|کیف پول|رمزارز|קריפטו|ארנק|暗号資産|仮想通貨|암호화폐|加密货币|钱包/i
  for (const locale of LOCALES) {
    for (const [key, text] of flatten(TEXTS[locale])) {
      assert.doesNotMatch(text.replace(/\{\w+\}/g, ''), words, `${locale} ${key}`)
    }
  }
})

test('an unknown locale falls back to English texts', () => {
  assert.equal(textsOf('tlh').locale, 'en')
  assert.equal(textsOf('ar-SA').texts, TEXTS.ar)
})
