import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../../../test/support/database.ts'
import { openDb } from '../db/sql.ts'
import type { Rate } from '../lib/rate.ts'
import { createLimiter, type Limiter, type Verdict } from './limiter.ts'
import { type Grant, takeFromWindow } from './limitStore.ts'

const database = await testDatabase()
// Three processes' worth of connections.
const pools = [1, 2, 3].map(() => openDb(database.url, { max: 5 }))
after(async () => {
  await Promise.all(pools.map((db) => db.pool.end()))
  await database.drop()
})

let serial = 0
const fresh = () => `b${++serial}`
const HOUR = 3600

/** One limiter per pool, and how often each asked the database. */
function processes(rate: Rate) {
  const asked: number[] = []
  const limiters = pools.map((db, i) =>
    createLimiter(rate, (name, count) => {
      asked[i] = (asked[i] ?? 0) + 1
      return takeFromWindow(db, name, count, rate)
    }),
  )
  return { limiters, asked }
}

/** `each` requests at once at every limiter. Returns how many got in. */
async function storm(limiters: readonly Limiter[], name: string, each: number): Promise<number> {
  const verdicts = await Promise.all(
    limiters.flatMap((limiter) => Array.from({ length: each }, () => limiter.take(name))),
  )
  return verdicts.filter((verdict) => verdict.admitted).length
}

describe('processes that share a database', () => {
  test('admit the quota together, all of it, and not one more', async () => {
    for (const count of [1, 7, 50, 333]) {
      const { limiters } = processes({ count, seconds: HOUR })
      assert.equal(await storm(limiters, fresh(), count), count)
    }
  })

  test('control: processes that each count for themselves admit the quota each', async () => {
    const rate = { count: 50, seconds: HOUR }
    const alone = pools.map((db, i) =>
      createLimiter(rate, (name, count) => takeFromWindow(db, `${name}:${i}`, count, rate)),
    )
    assert.equal(await storm(alone, fresh(), 100), 3 * 50)
  })

  test('leave at most one lease unused in each, when one alone is asked', async () => {
    const { limiters } = processes({ count: 200, seconds: HOUR })
    const name = fresh()
    for (const limiter of limiters) await limiter.take(name)
    const more = await storm(limiters.slice(0, 1), name, 500)
    assert.ok(more + 3 >= 200 - 2 * 10 && more + 3 <= 200, String(more))
  })

  test('keep other buckets out of it', async () => {
    const { limiters } = processes({ count: 5, seconds: HOUR })
    assert.equal(await storm(limiters, fresh(), 50), 5)
    assert.equal(await storm(limiters, fresh(), 50), 5)
  })
})

describe('one process', () => {
  test('asks once per lease, however many wait, and not at all once it knows that nothing is left', async () => {
    const { limiters, asked } = processes({ count: 1000, seconds: HOUR })
    const name = fresh()
    const [limiter] = limiters as [Limiter]
    assert.equal(await storm([limiter], name, 40), 40)
    assert.equal(asked[0], 1)
    for (let i = 0; i < 10; i++)
      assert.ok(!(limiter.take(name) instanceof Promise), 'waits though it has a lease')
    assert.equal(asked[0], 1)
    // Those who came before the question was sent are asked for in one go, the others in a second.
    assert.equal(await storm([limiter], name, 2000), 950)
    assert.ok((asked[0] ?? 0) <= 3, String(asked[0]))
    const now_known = asked[0]
    assert.equal(await storm([limiter], name, 2000), 0)
    assert.equal(asked[0], now_known)
    assert.equal(limiter.spent(name)?.admitted, false)
  })

  test('says what is left and for how long', async () => {
    const { limiters } = processes({ count: 3, seconds: HOUR })
    const [limiter] = limiters as [Limiter]
    const name = fresh()
    assert.equal(limiter.spent(name), null)
    for (const [admitted, left] of [
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]) {
      const { reset_ms, ...rest } = await limiter.take(name)
      assert.deepEqual(rest, { admitted, left })
      assert.ok(reset_ms > (HOUR - 60) * 1000 && reset_ms <= HOUR * 1000 + 60_000)
    }
  })

  test('what the database throws, all who wait get; the next one asks again', async () => {
    const rate = { count: 5, seconds: HOUR }
    const name = fresh()
    let broken = true
    const limiter = createLimiter(rate, async (bucket, count) => {
      if (broken) await database.db.query('select 1/0')
      return await takeFromWindow(database.db, bucket, count, rate)
    })
    const all = await Promise.allSettled([limiter.take(name), limiter.take(name), limiter.take(name)])
    assert.deepEqual(
      all.map((one) => one.status === 'rejected' && (one.reason as { code?: string }).code),
      ['22012', '22012', '22012'],
    )
    broken = false
    assert.equal((await limiter.take(name)).admitted, true)
  })
})

/** A database in a time of its own, so that every delay can be tried: one bucket, counted as the statement counts it. */
function modelDatabase(rate: Rate) {
  const model = { now: 0, window_end: 0, taken: 0, granted: 0 }
  return {
    model,
    take(count: number): Grant {
      if (model.window_end <= model.now)
        Object.assign(model, { window_end: model.now + rate.seconds * 1000, taken: 0 })
      const granted = Math.max(0, Math.min(count, rate.count - model.taken))
      model.taken += count
      model.granted += granted
      return {
        granted,
        left: Math.max(0, rate.count - model.taken),
        remaining_ms: Math.floor(model.window_end - model.now),
      }
    },
  }
}

describe('however long questions and answers are under way', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('take' as const), at: fc.nat(2) }),
    fc.record({ what: fc.constant('ask' as const), at: fc.nat(2) }),
    fc.record({ what: fc.constant('answer' as const), at: fc.nat(2) }),
    fc.record({ what: fc.constant('pass' as const), at: fc.nat(1500) }),
  )

  test('nobody is admitted but by a grant, or on one whose window is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(step, { maxLength: 80 }),
        async (count, steps) => {
          const rate = { count, seconds: 1 }
          const { model, take } = modelDatabase(rate)
          type Question = { count: number; grant: Grant | null; resolve(grant: Grant): void }
          const questions: Question[][] = [[], [], []]
          /** True end of the window of each process's last lease. */
          const ends = [0, 0, 0]
          const limiters = questions.map((open) =>
            createLimiter(
              rate,
              (_name, wanted) =>
                new Promise<Grant>((resolve) => open.push({ count: wanted, grant: null, resolve })),
              () => model.now,
            ),
          )
          let admitted = 0
          const note = (verdict: Verdict) => {
            if (verdict.admitted) admitted += 1
          }
          const answer = async (i: number) => {
            const question = questions[i]?.shift()
            if (!question) return
            if (!question.grant) {
              question.grant = take(question.count)
              ends[i] = model.window_end
            }
            question.resolve(question.grant)
            await new Promise(setImmediate)
          }
          const waiting: Promise<void>[] = []
          for (const { what, at } of steps) {
            if (what === 'pass') model.now += at
            if (what === 'take') {
              const verdict = limiters[at]?.take('one')
              if (verdict instanceof Promise) waiting.push(verdict.then(note))
              else if (verdict) {
                note(verdict)
                assert.ok(
                  !verdict.admitted || model.now < (ends[at] ?? 0),
                  'admitted on a lease that is over',
                )
                assert.ok(verdict.admitted || model.now <= (ends[at] ?? 0) + 1500 * 80, 'refused for ever')
              }
            }
            const question = questions[at]?.[0]
            if (what === 'ask' && question && !question.grant) {
              question.grant = take(question.count)
              ends[at] = model.window_end
            }
            if (what === 'answer') await answer(at)
            assert.ok(admitted <= model.granted, 'admitted more than was granted')
          }
          for (let rounds = 0; questions.some((open) => open.length > 0); rounds++) {
            assert.ok(rounds < 1000, 'it asks for ever')
            for (const i of questions.keys()) await answer(i)
          }
          await Promise.all(waiting)
          assert.ok(admitted <= model.granted)
        },
      ),
      { numRuns: 300 },
    )
  })
})
