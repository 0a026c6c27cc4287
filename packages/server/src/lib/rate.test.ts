import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRate } from './rate.ts'

test('reads requests per seconds', () => {
  assert.deepEqual(parseRate('1000/1'), { count: 1000, seconds: 1 })
  assert.deepEqual(parseRate('1/86400'), { count: 1, seconds: 86_400 })
})

test('takes nothing that could mean something else', () => {
  const bad = [
    '',
    '1000',
    '0/1',
    '1/0',
    '-1/1',
    '1.5/1',
    '1/86401',
    '01/1',
    ' 1/1',
    '1/1\n',
    '1e3/1',
    '1/1/1',
  ]
  for (const text of bad) assert.equal(parseRate(text), null, text)
})
