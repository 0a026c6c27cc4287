import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { en } from './en.ts'
import { TEXTS, textsOf } from './textsOf.ts'

test('the card fields speak every language of the page around them', () => {
  const page = new URL('../../../../server/src/page/texts/', import.meta.url)
  const files = readdirSync(page).filter((name) => name !== 'texts.ts' && name.endsWith('.ts'))
  assert.deepEqual([...TEXTS.keys()].sort(), files.map((name) => name.replace('.ts', '')).sort())
  assert.equal(TEXTS.size, 20)
})

test('every language has every text, in its own words', () => {
  for (const [locale, texts] of TEXTS) {
    assert.deepEqual(Object.keys(texts), Object.keys(en), locale)
    for (const [key, text] of Object.entries(texts)) {
      assert.equal(text, text.trim(), `${locale} ${key}`)
      assert.notEqual(text, '', `${locale} ${key}`)
      if (locale !== 'en' && !['dir', 'exp_hint'].includes(key))
        assert.notEqual(text, en[key as keyof typeof en], `${locale} ${key}`)
    }
    // Numbers of digits are in figures or in words, and never mixed up.
    for (const key of ['missing_csc', 'incomplete_csc'] as const) {
      assert.doesNotMatch(texts[key], /4/, `${locale} ${key}`)
      assert.doesNotMatch(texts[`${key}_4`], /3/, `${locale} ${key}_4`)
      assert.notEqual(texts[key], texts[`${key}_4`])
    }
  }
})

test('a language that there is not is English', () => {
  for (const locale of [undefined, '', 'tlh', 'toString', '__proto__']) assert.equal(textsOf(locale), en)
})
