import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Arbitrary, assert as always, check, property, shuffledSubarray } from 'fast-check'
import { Cursor } from './cursor.ts'

const ALL = Array.from({ length: 12 }, (_, index) => index + 1)
const arrivals: Arbitrary<number[]> = shuffledSubarray(ALL)

/** Whether pulling what follows `place` brings all that did not arrive. */
const misses = (arrived: number[], place: number) =>
  ALL.some((sequence) => sequence <= place && !arrived.includes(sequence))

describe('Cursor', () => {
  it('never passes a gap, and is never behind what is known without one', () => {
    always(
      property(arrivals, (arrived) => {
        const cursor = new Cursor()
        for (const sequence of arrived) cursor.note(sequence)
        assert.equal(misses(arrived, cursor.upto), false)
        assert.equal(arrived.includes(cursor.upto + 1), false)
      }),
    )
  })

  it('the highest number that was seen, as a place to go on from, loses events: the control', () => {
    const { failed } = check(property(arrivals, (arrived) => !misses(arrived, Math.max(0, ...arrived))))
    assert.equal(failed, true)
  })

  it('goes on from a place that was written down, whatever comes twice', () => {
    const cursor = new Cursor()
    cursor.resume(7)
    for (const sequence of [9, 3, 8, 8, 11]) cursor.note(sequence)
    assert.equal(cursor.upto, 9)
  })
})
