import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './pace.ts'

const SLOW_MS = 200

test('begins with one, doubles with each round that is accepted, and never exceeds the widest', () => {
  const pace = createPace(16)
  const widths = []
  for (let round = 0; round < 6; round++) {
    const width = pace.width()
    widths.push(width)
    for (let n = 0; n < width; n++) pace.accepted(SLOW_MS)
  }
  assert.deepEqual(widths, [1, 2, 4, 8, 16, 16])
})

test('halves with each failure, down to one, so that a receiver that hangs keeps one place', () => {
  const pace = createPace(16)
  for (let n = 0; n < 50; n++) pace.accepted(SLOW_MS)
  const widths = []
  for (let n = 0; n < 6; n++) {
    pace.failed()
    widths.push(pace.width())
  }
  assert.deepEqual(widths, [8, 4, 2, 1, 1, 1])
  pace.accepted(SLOW_MS)
  assert.equal(pace.width(), 2)
})

test('gives a receiver that answers quickly eight at a time: more would only wait for each other', () => {
  const pace = createPace(16)
  for (let n = 0; n < 50; n++) pace.accepted(5)
  assert.equal(pace.width(), 8)
  pace.accepted(SLOW_MS)
  assert.equal(pace.width(), 9)
})
