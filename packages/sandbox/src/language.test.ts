import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { LANGUAGES, pickLanguage } from './language.ts'
import { formatMoney } from './money.ts'

test('the languages are those of the checkout page', () => {
  const texts = new URL('../../server/src/page/texts/', import.meta.url)
  const files = readdirSync(texts).filter((name) => name !== 'texts.ts' && name.endsWith('.ts'))
  assert.deepEqual([...LANGUAGES].sort(), files.map((name) => name.replace('.ts', '')).sort())
})

test('the language is the best of the header that we have', () => {
  const headers: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['tlh, AR-eg ;q=0.7, fr;q=0.3', 'ar'],
    ['fr;q=0, it;q=0.1', 'it'],
    ['fr;q=2, it;q=x, pl;q=0.1', 'pl'],
    ['iw', 'he'],
    ['constructor, __proto__', 'en'],
    [`${'tlh,'.repeat(200)}de`, 'en'],
  ]
  for (const [header, language] of headers) assert.equal(pickLanguage(header), language, header)
})

test('amounts are written as their readers write them, in digits that every bank shows', () => {
  const written = (language: Parameters<typeof formatMoney>[2]) =>
    formatMoney('1234.50', 'USD', language).replace(/\s/g, ' ')
  assert.equal(written('en'), '$1,234.50')
  assert.equal(written('de'), '1.234,50 $')
  assert.equal(written('pt'), 'US$ 1.234,50')
  assert.equal(written('ar'), '1,234.50 US$')
  for (const language of LANGUAGES)
    assert.match(written(language), /^[^\u061c\u200e\u200f]*1.?234[.,]50[^\u061c\u200e\u200f]*$/, language)
})
