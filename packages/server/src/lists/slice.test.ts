import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Slice, cutToSlice } from './slice.ts'

const slice: Slice = { page: 1, limit: 3, offset: 0, older_than: null, newer_than: null }

test('the row over the limit is the one furthest in the direction of reading', () => {
  const rows = [9, 8, 7, 6]
  assert.deepEqual(cutToSlice(rows, slice), { rows: [9, 8, 7], has_more: true })
  assert.deepEqual(cutToSlice(rows, { ...slice, older_than: 'x' }), { rows: [9, 8, 7], has_more: true })
  assert.deepEqual(cutToSlice(rows, { ...slice, newer_than: 'x' }), { rows: [8, 7, 6], has_more: true })
})

test('nothing is cut from a last page', () => {
  for (const rows of [[], [9], [9, 8, 7]]) {
    for (const newer_than of [null, 'x']) {
      assert.deepEqual(cutToSlice(rows, { ...slice, newer_than }), { rows, has_more: false })
    }
  }
})
