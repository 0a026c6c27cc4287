import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES, pickLocale, TEXTS, textsOf } from './locale.ts'

test('the query decides, then the browser, then English', () => {
  const cases: [string | undefined, string | undefined, string][] = [
    [undefined, undefined, 'en'],
    ['de', 'es', 'de'],
    ['DE-at', undefined, 'de'],
    ['ar_EG', undefined, 'ar'],
    ['xx', 'es-MX,es;q=0.9', 'es'],
    ['', 'ar', 'ar'],
    ['../../de', 'es', 'es'],
    [undefined, 'fr-FR, fr;q=0.9, de;q=0.5, en;q=0.4', 'de'],
    [undefined, 'en;q=0.3, es;q=0.8', 'es'],
    [undefined, 'de;q=0, en;q=0.1', 'en'],
    [undefined, 'de;q=0', 'en'],
    [undefined, '*', 'en'],
    [undefined, 'de;q=abc, ar;q=0.2', 'ar'],
    [undefined, 'de;q=7, ar', 'ar'],
    [undefined, 'es, de', 'es'],
    [undefined, `${'x,'.repeat(100_000)}de`, 'en'],
  ]
  for (const [query, header, expected] of cases) {
    assert.equal(pickLocale(query, header), expected, `${query} with ${header?.slice(0, 60)}`)
  }
})

/** Every text of a language by its path, e.g. `paid.receipt.card`. */
function flatten(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(path + key, value)
    else for (const [inner, text] of flatten(value, `${path}${key}.`)) found.set(inner, text)
  }
  return found
}

const placeholders = (text: string | undefined) => [...(text ?? '').matchAll(/\{\w+\}/g)].map(String).sort()

test('every language has every text, none empty, with the same placeholders', () => {
  const english = flatten(TEXTS.en)
  assert.ok(english.size > 50)
  for (const locale of LOCALES) {
    const texts = flatten(TEXTS[locale])
    assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), locale)
    for (const [key, text] of texts) {
      assert.notEqual(text.trim(), '', `${locale} ${key}`)
      assert.deepEqual(placeholders(text), placeholders(english.get(key)), `${locale} ${key}`)
    }
  }
})

test('a language is translated, not copied from English', () => {
  const english = flatten(TEXTS.en)
  for (const locale of LOCALES.filter((other) => other !== 'en')) {
    const same = [...flatten(TEXTS[locale])].filter(
      ([key, text]) => key !== 'dir' && text === english.get(key),
    )
    assert.deepEqual(same, [], locale)
  }
})

test('the buyer reads nothing about what the merchant is paid in', () => {
  for (const locale of LOCALES) {
    for (const [key, text] of flatten(TEXTS[locale])) {
      assert.doesNotMatch(
        text.replace(/\{\w+\}/g, ''),
        /crypto|krypto|cripto|bitcoin|\b(BTC|ETH|USDT|USDC)\b|wallet|blockchain|تشفير العمل|محفظة/i,
        key,
      )
    }
  }
})

test('an unknown locale falls back to English texts', () => {
  assert.equal(textsOf('tlh').locale, 'en')
  assert.equal(textsOf('ar-SA').texts, TEXTS.ar)
})
