import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, percentile } from './stats.ts'

test('median', () => {
  assert.equal(median([3]), 3)
  assert.equal(median([10, 9, 100]), 10)
  assert.equal(median([1, 2, 3, 10]), 2.5)
  assert.throws(() => median([]))
})

test('percentile is the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.equal(percentile(hundred, 0.5), 50)
  assert.equal(percentile(hundred, 0.99), 99)
  assert.equal(percentile(hundred, 1), 100)
  assert.equal(percentile([7], 0.01), 7)
  assert.equal(percentile([9, 10, 100], 0.5), 10)
})
