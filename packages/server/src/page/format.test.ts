import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAmount, formatTime, webUrl } from './format.ts'
import { LOCALES } from './locale.ts'

test('amounts are exact and always have two decimals', () => {
  assert.equal(formatAmount('49.99', 'USD', 'en'), '$49.99')
  assert.equal(formatAmount('50', 'GBP', 'en'), '£50.00')
  assert.equal(formatAmount('0.1', 'EUR', 'de').replace(/\s/g, ' '), '0,10 €')
  // Beyond 2^53 cents: as a number this would end in .94 or .95.
  assert.equal(formatAmount('999999999999999.94', 'USD', 'en'), '$999,999,999,999,999.94')
})

test('every language writes the digits of the amount in Latin digits', () => {
  for (const locale of LOCALES) {
    for (const currency of ['USD', 'EUR', 'GBP', 'CAD', 'AUD']) {
      assert.equal(formatAmount('1249.90', currency, locale).replace(/[^0-9]/g, ''), '124990')
    }
  }
})

test('an amount that is not a plain decimal is a bug, not a guess', () => {
  for (const amount of ['', '1e3', '-1.00', '1.999', 'NaN', '٤٩']) {
    assert.throws(() => formatAmount(amount, 'USD', 'en'), { name: 'AssertionFailed' })
  }
})

test('amounts keep no directional mark, and the decimals of our own table', () => {
  for (const locale of LOCALES) {
    const text = formatAmount('1249.9', 'CAD', locale)
    assert.doesNotMatch(text, /[\u061c\u200e\u200f]/, locale)
    assert.match(text, /[.,]90(\D|$)/, locale)
  }
  assert.throws(() => formatAmount('1', 'XTS', 'en'), { name: 'AssertionFailed' })
})

test('times name their zone', () => {
  assert.match(formatTime('2026-11-22T13:59:07.000Z', 'en'), /November 22, 2026.*1:59:07.*UTC/)
  assert.match(formatTime('2026-11-22T13:59:07.000Z', 'de'), /22\. November 2026.*13:59:07 UTC/)
  // Persian has a calendar and digits of its own; card statements do not use them.
  for (const locale of LOCALES) {
    const digits = formatTime('2026-11-22T13:59:07.000Z', locale).match(/\p{Nd}+/gu)
    assert.ok(digits?.includes('2026') && digits.includes('22'), `${locale}: ${digits}`)
  }
})

test('only web addresses become links', () => {
  assert.equal(webUrl('https://shop.example/a?b=1')?.href, 'https://shop.example/a?b=1')
  for (const url of [
    null,
    '',
    'javascript:alert(1)',
    'data:text/html,x',
    '/relative',
    'ftp://shop.example',
  ]) {
    assert.equal(webUrl(url), null)
  }
})
