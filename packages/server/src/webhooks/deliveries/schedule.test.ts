import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextTryMs } from './schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const GIVE_UP_AFTER = 72 * HOUR

/** Ages of all tries of a delivery that never succeeds and whose tries take no time. */
function tries(random: () => number): number[] {
  const ages = [0]
  for (;;) {
    const age = ages.at(-1) ?? 0
    const pause = nextTryMs(ages.length, age, random())
    if (pause === null) return ages
    ages.push(age + pause)
    assert.ok(ages.length < 100, 'never gives up')
  }
}

describe('nextTryMs', () => {
  test('5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, then every 12 h', () => {
    const pauses = Array.from({ length: 12 }, (_, index) => nextTryMs(index + 1, 0, 0))
    const hours = (n: number) => n * HOUR
    assert.deepEqual(pauses, [
      5000,
      MINUTE,
      5 * MINUTE,
      30 * MINUTE,
      ...[2, 5, 10, 12, 12, 12, 12, 12].map(hours),
    ])
  })

  test('without jitter the last try is between 60 and 72 hours', () => {
    const ages = tries(() => 0)
    assert.equal(ages.length, 12)
    const last = ages.at(-1) ?? 0
    assert.ok(last > 60 * HOUR && last <= GIVE_UP_AFTER)
  })

  test('no try comes later than 72 hours, whatever the jitter', () => {
    for (const random of [0, 0.25, 0.5, 0.75, 0.999999, 1]) {
      const last = tries(() => random).at(-1) ?? 0
      assert.ok(last <= GIVE_UP_AFTER, `jitter ${random}: last try after ${last / HOUR} hours`)
      assert.ok(last > 55 * HOUR, `jitter ${random}: gave up after ${last / HOUR} hours`)
    }
  })

  test('jitter spreads each pause by up to a tenth, never below it', () => {
    for (let n = 1; n <= 9; n++) {
      const [least, half, most] = [0, 0.5, 1].map((random) => nextTryMs(n, 0, random) ?? 0)
      assert.ok(least && half && most && least < half && half < most)
      assert.ok(most <= least * 1.1 + 1)
    }
  })

  test('an old delivery is given up whatever its number of tries', () => {
    assert.equal(nextTryMs(1, GIVE_UP_AFTER, 0), null)
    assert.equal(nextTryMs(1, GIVE_UP_AFTER - 4000, 0), null)
    assert.equal(nextTryMs(1, GIVE_UP_AFTER - 6000, 0), 5000)
    assert.equal(nextTryMs(9, 61 * HOUR, 0), null)
    assert.equal(nextTryMs(9, 59 * HOUR, 0), 12 * HOUR)
  })
})
