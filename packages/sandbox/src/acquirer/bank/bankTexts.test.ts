import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../language.ts'
import { BANK_TEXTS } from './bankTexts.ts'

test('the test bank has every text in every language, in its own words', () => {
  assert.deepEqual(Object.keys(BANK_TEXTS), [...LANGUAGES])
  const { en } = BANK_TEXTS
  for (const [language, texts] of Object.entries(BANK_TEXTS)) {
    assert.deepEqual(Object.keys(texts), Object.keys(en), language)
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(text !== '' && text === text.trim(), `${language} ${key}`)
      if (language !== 'en' && key !== 'dir')
        assert.notEqual(text, en[key as keyof typeof en], `${language} ${key}`)
    }
    assert.equal(texts.dir, ['ar', 'he', 'fa'].includes(language) ? 'rtl' : 'ltr', language)
  }
})
