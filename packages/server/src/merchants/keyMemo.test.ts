import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newApiKey, parseApiKey } from './apiKey.ts'
import { memoParseApiKey, memoSize } from './keyMemo.ts'

const header = () => `Bearer ${newApiKey(false).text}`

test('reads the same in a header as the first time, also after it was forgotten', () => {
  const headers = Array.from({ length: 5000 }, header)
  for (const round of [1, 2]) {
    for (const text of headers) assert.deepEqual(memoParseApiKey(text), parseApiKey(text), `round ${round}`)
  }
})

test('a header in use gives one and the same object, whatever else comes by', () => {
  const mine = header()
  const key = memoParseApiKey(mine)
  for (let i = 0; i < 5000; i++) {
    memoParseApiKey(header())
    if (i % 500 === 0) assert.equal(memoParseApiKey(mine), key)
  }
})

test('two headers that differ in one letter are two keys', () => {
  const mine = header()
  const other = mine.slice(0, -1) + (mine.endsWith('a') ? 'b' : 'a')
  assert.notDeepEqual(memoParseApiKey(mine)?.secret_hash, memoParseApiKey(other)?.secret_hash)
  assert.equal(memoParseApiKey(mine.replace('test', 'live'))?.livemode, true)
  assert.equal(memoParseApiKey(mine)?.livemode, false)
})

test('remembers at most 2,000 headers, and none that is not shaped like a key', () => {
  for (let i = 0; i < 5000; i++) memoParseApiKey(header())
  const full = memoSize()
  assert.ok(full > 1000 && full <= 2000, String(full))
  const known = header()
  memoParseApiKey(known)
  const size = memoSize()
  for (const bad of [undefined, '', 'Bearer', `${known} `, known.slice(0, -1), `Basic ${known}`]) {
    assert.equal(memoParseApiKey(bad), null)
    assert.equal(memoParseApiKey(bad), null)
  }
  assert.equal(memoSize(), size)
})
