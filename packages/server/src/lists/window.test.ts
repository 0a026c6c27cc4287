import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EVER, type Parts, type Window, partsOf, windowOf } from './window.ts'

const HOUR = 3_600_000
const span = ({ from, end }: Window) => Math.max(0, end - from)
const all = ({ months, hours, edges }: Parts) => [edges[0], hours[0], months, hours[1], edges[1]]

// Times near each other and near the starts of hours, days, months and years, and some far apart.
const time = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        Date.UTC(2024, 0),
        Date.UTC(2024, 1),
        Date.UTC(2024, 2),
        Date.UTC(2025, 0),
        Date.UTC(2025, 0, 9),
      ),
      fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
    ),
    fc.oneof(fc.constantFrom(0, 0, -1, 1, HOUR, -HOUR), fc.integer({ min: -3 * HOUR, max: 3 * HOUR })),
  )
  .map(([base, shift]) => base + shift)

test('the parts of a window follow each other without gap or overlap', () => {
  fc.assert(
    fc.property(time, time, (from, to) => {
      const window = windowOf(from, to)
      const parts = partsOf(window)
      const filled = all(parts).filter((part) => span(part) > 0)
      assert.equal(
        filled.reduce((sum, part) => sum + span(part), 0),
        span(window),
      )
      if (filled.length === 0) return
      assert.equal(filled[0]?.from, window.from)
      assert.equal(filled.at(-1)?.end, window.end)
      for (const [index, part] of filled.entries()) {
        const next = filled[index + 1]
        if (next) assert.equal(part.end, next.from)
      }
    }),
    { numRuns: 2000 },
  )
})

test('months are whole months, hours whole hours, and the edges less than an hour each', () => {
  fc.assert(
    fc.property(time, time, (from, to) => {
      const { whole, months, hours, edges } = partsOf(windowOf(from, to))
      const isMonth = (ms: number) => new Date(ms).toISOString().endsWith('-01T00:00:00.000Z')
      if (span(months) > 0) assert.ok(isMonth(months.from) && isMonth(months.end))
      for (const { from: start, end } of [whole, ...hours]) assert.ok(start % HOUR === 0 && end % HOUR === 0)
      assert.equal(span(whole), span(months) + span(hours[0]) + span(hours[1]))
      for (const edge of edges) assert.ok(span(edge) < HOUR)
      // A month that could have been read as one is never read by the hour.
      for (const part of hours) assert.ok(span(part) < 62 * 24 * HOUR)
    }),
    { numRuns: 2000 },
  )
})

test('both ends are inclusive to the millisecond, and nothing is out of reach', () => {
  assert.deepEqual(windowOf(5, 7), { from: 5, end: 8 })
  assert.deepEqual(windowOf(null, null), EVER)
  assert.deepEqual(windowOf(-50_000_000, Date.UTC(9999, 11, 31)), EVER)
  assert.deepEqual(windowOf(Date.UTC(9999, 11, 31), null), { from: EVER.end, end: EVER.end })
  assert.deepEqual(partsOf(EVER).months, EVER)
})
