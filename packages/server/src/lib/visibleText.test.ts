import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasInvisible, visibleText } from './visibleText.ts'

test('what turns, hides or breaks text is found, wherever it stands', () => {
  for (const code of [
    0x00, 0x0a, 0x1b, 0x7f, 0x85, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x202a, 0x202e, 0x2028, 0x2066, 0x2069,
    0xfeff, 0xd800, 0xe000, 0xe0041,
  ]) {
    const text = `Lamp${String.fromCodePoint(code)} & Co.`
    assert.ok(hasInvisible(text), code.toString(16))
    assert.equal(visibleText(text), 'Lamp & Co.', code.toString(16))
  }
})

test('names of any script stay whole', () => {
  for (const name of [
    'Lamp & Co. <3',
    'متجر القهوة',
    '珈琲店',
    'می‌خواهم',
    '👨‍👩‍👧‍👦 Shop',
    'Ærø Ćafé',
    'חנות',
  ]) {
    assert.ok(!hasInvisible(name), name)
    assert.equal(visibleText(name), name)
  }
})
