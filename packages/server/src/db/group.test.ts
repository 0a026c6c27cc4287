import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { type GroupLimits, inGroups } from './group.ts'

const never = () => false
const always = () => true

/** A test changes what it is about. */
const LIMITS: GroupLimits = {
  size: 64,
  enough: 24,
  gather_ms: 0,
  at_once: 1,
  patience_ms: 1000,
  didNothing: never,
}

describe('inGroups', () => {
  test('what arrives in one turn goes together, in order, and each gets its own outcome', async () => {
    const groups: number[][] = []
    const run = async (items: readonly number[]) => {
      groups.push([...items])
      return items.map((item) => item * 10)
    }
    const hand = inGroups(run, { ...LIMITS, size: 3, at_once: 2, patience_ms: 1 })
    const outcomes = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(hand))
    assert.deepEqual(outcomes, [10, 20, 30, 40, 50, 60, 70])
    assert.deepEqual(groups, [[1, 2, 3], [4, 5, 6], [7]])
  })

  test('nobody waits for company: one item alone leaves at once', async () => {
    const hand = inGroups(async (items: readonly string[]) => items, { ...LIMITS, patience_ms: 1 })
    assert.equal(await hand('alone'), 'alone')
  })

  test('never more groups at once than allowed, and while they are under way the next one fills', async () => {
    let under_way = 0
    let most = 0
    const sizes: number[] = []
    const run = async (items: readonly number[]) => {
      most = Math.max(most, ++under_way)
      sizes.push(items.length)
      await sleep(5)
      under_way--
      return items
    }
    const hand = inGroups(run, { ...LIMITS, size: 10, at_once: 2, patience_ms: 1 })
    const all: Promise<number>[] = []
    for (let i = 0; i < 40; i++) {
      all.push(hand(i))
      await new Promise(setImmediate)
    }
    assert.deepEqual(await Promise.all(all), [...Array(40).keys()])
    assert.equal(most, 2)
    assert.ok(Math.max(...sizes) > 1, 'later groups had company')
  })

  test('one group at a time while it is quick, another beside it when it is stuck or a full one waits', async () => {
    const open = Promise.withResolvers<void>()
    const started: number[] = []
    const run = async (items: readonly number[]) => {
      started.push(items.length)
      if (items.includes(0)) await open.promise
      return items
    }
    const hand = inGroups(run, { ...LIMITS, size: 3, at_once: 3, patience_ms: 50 })
    const stuck = hand(0)
    await new Promise(setImmediate)
    const full = [hand(1), hand(2), hand(3)]
    assert.deepEqual(await Promise.all(full), [1, 2, 3])
    const late = hand(4)
    await new Promise(setImmediate)
    assert.deepEqual(started, [1, 3])
    assert.equal(await late, 4)
    assert.deepEqual(started, [1, 3, 1])
    open.resolve()
    assert.equal(await stuck, 0)
  })

  test('the next group is under way before the outcomes of the one before it are handed out', async () => {
    const steps: string[] = []
    const run = async (items: readonly string[]) => {
      steps.push(`run ${items.join()}`)
      await new Promise(setImmediate)
      return items
    }
    const hand = inGroups(run, LIMITS)
    const ask = async (item: string) => {
      await hand(item)
      steps.push(`told ${item}`)
    }
    const first = ask('a')
    await new Promise(setImmediate)
    await Promise.all([first, ask('b'), ask('c')])
    assert.deepEqual(steps, ['run a', 'run b,c', 'told a', 'told b', 'told c'])
  })

  test('enough of them leave before the turn ends, and the rest of the turn goes together', async () => {
    const groups: number[][] = []
    const run = async (items: readonly number[]) => {
      groups.push([...items])
      return items
    }
    const hand = inGroups(run, { ...LIMITS, enough: 3 })
    const all = [1, 2, 3, 4, 5, 6, 7].map(hand)
    assert.deepEqual(groups, [[1, 2, 3]])
    await Promise.all(all)
    assert.deepEqual(groups, [
      [1, 2, 3],
      [4, 5, 6, 7],
    ])
  })

  test('where nobody waits, fewer than enough wait for company: at first, and after each group', async () => {
    const groups: number[][] = []
    const run = async (items: readonly number[]) => {
      groups.push([...items])
      return items
    }
    const hand = inGroups(run, { ...LIMITS, enough: 3, gather_ms: 40 })
    const first = hand(1)
    await new Promise(setImmediate)
    await Promise.all([first, hand(2)])
    const later = [hand(3)]
    await new Promise(setImmediate)
    later.push(hand(4), hand(5))
    await Promise.all(later)
    assert.deepEqual(groups, [
      [1, 2],
      [3, 4, 5],
    ])
  })

  test('one item that is refused does not take the others down', async () => {
    const run = async (items: readonly number[]) => {
      if (items.includes(3)) throw new Error('3 is refused')
      return items
    }
    const hand = inGroups(run, { ...LIMITS, at_once: 2, patience_ms: 1, didNothing: always })
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(hand))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(await hand(5), 5)
  })

  test('when nobody knows what happened, nothing is tried again and everybody hears of it', async () => {
    let runs = 0
    const run = async (): Promise<number[]> => {
      runs++
      throw new Error('connection lost')
    }
    const hand = inGroups(run, { ...LIMITS, at_once: 2, patience_ms: 1 })
    const outcomes = await Promise.allSettled([1, 2, 3].map(hand))
    assert.deepEqual([outcomes.filter(({ status }) => status === 'rejected').length, runs], [3, 1])
  })

  test('any arrivals: every item has one outcome, its own, and was run once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        async (pauses, size, enough, at_once, gather_ms) => {
          const run_items: number[] = []
          const run = async (items: readonly number[]) => {
            assert.ok(items.length >= 1 && items.length <= size)
            run_items.push(...items)
            await new Promise(setImmediate)
            return items.map((item) => -item)
          }
          const hand = inGroups(run, { ...LIMITS, size, enough, gather_ms, at_once, patience_ms: 1 })
          const all: Promise<number>[] = []
          for (const [index, pause] of pauses.entries()) {
            all.push(hand(index))
            for (let i = 0; i < pause; i++) await new Promise(setImmediate)
          }
          assert.deepEqual(
            await Promise.all(all),
            [...pauses.keys()].map((index) => -index),
          )
          assert.deepEqual(run_items, [...pauses.keys()])
        },
      ),
      { numRuns: 60 },
    )
  })
})
