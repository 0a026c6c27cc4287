import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figure, table } from './format.ts'
import { replaceSection } from './writeSection.ts'

test('figures keep about three digits', () => {
  assert.equal(figure(0.304), '0.30')
  assert.equal(figure(12.345), '12.3')
  assert.equal(figure(5678.9), '5,679')
})

test('a table lines up', () => {
  const lines = ['| what | n    |', '| ---- | ---- |', '| a    | 1    |', '| bb   | 1000 |']
  assert.equal(
    table([
      ['what', 'n'],
      ['a', '1'],
      ['bb', '1000'],
    ]),
    lines.join('\n'),
  )
})

test('a section is replaced, the rest stays, twice is the same as once', () => {
  const text = 'before\n<!-- a -->\nold\n<!-- /a -->\nafter <!-- b --><!-- /b -->\n'
  const once = replaceSection(text, 'a', 'new')
  assert.equal(once, 'before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter <!-- b --><!-- /b -->\n')
  assert.equal(replaceSection(once, 'a', 'new'), once)
  assert.throws(() => replaceSection(text, 'c', 'new'))
})
