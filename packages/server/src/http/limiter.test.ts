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
    limiters.flatMap((limiter) => Array.from({ length: each }, async () => await limiter.take(name))),
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
  const take = (count: number): Grant => {
    if (model.window_end <= model.now) {
      model.window_end = model.now + rate.seconds * 1000
      model.taken = 0
    }
    const granted = Math.max(0, Math.min(count, rate.count - model.taken))
    model.taken += count
    model.granted += granted
    const left = Math.max(0, rate.count - model.taken)
    return { granted, left, remaining_ms: Math.floor(model.window_end - model.now) }
  }
  return { model, take }
}

/** A process whose questions travel as slowly as the test likes. */
function slowProcess(rate: Rate, { model, take }: ReturnType<typeof modelDatabase>) {
  type Question = { count: number; grant: Grant | null; resolve(grant: Grant): void }
  const open: Question[] = []
  /** When the window of its last lease is really over, and until when it knows that asking is no use. */
  let lease_end = 0
  let empty_until = 0
  const limiter = createLimiter(
    rate,
    (_name, count) => {
      assert.ok(model.now >= empty_until, 'asks though it was told that nothing is left')
      return new Promise<Grant>((resolve) => open.push({ count, grant: null, resolve }))
    },
    () => model.now,
  )
  /** The first question reaches the database. */
  const arrive = () => {
    const [question] = open
    if (!question || question.grant) return
    question.grant = take(question.count)
    lease_end = model.window_end
  }
  /** The answer reaches the process. */
  const answer = async () => {
    arrive()
    const question = open.shift()
    if (!question?.grant) return
    if (question.grant.left === 0) empty_until = lease_end
    question.resolve(question.grant)
    await new Promise(setImmediate)
  }
  return { limiter, open, arrive, answer, leaseIsOver: () => model.now >= lease_end }
}

const step = fc.record({
  what: fc.constantFrom('take', 'take', 'arrive', 'answer', 'pass'),
  at: fc.nat(2),
  ms: fc.nat(700),
})

test('however long questions and answers are under way: nobody is admitted but by a grant whose window runs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.array(step, { minLength: 40, maxLength: 120 }),
      async (count, steps) => {
        const rate = { count, seconds: 1 }
        const database = modelDatabase(rate)
        const { model } = database
        const all = [0, 1, 2].map(() => slowProcess(rate, database))
        const waiting: Promise<void>[] = []
        let admitted = 0
        const note = (verdict: Verdict) => {
          admitted += verdict.admitted ? 1 : 0
        }
        for (const { what, at, ms } of steps) {
          const one = all[at]
          assert.ok(one)
          if (what === 'pass') model.now += ms
          if (what === 'arrive') one.arrive()
          if (what === 'answer') await one.answer()
          if (what === 'take') {
            const verdict = one.limiter.take('one')
            if (verdict instanceof Promise) waiting.push(verdict.then(note))
            else {
              note(verdict)
              assert.ok(!verdict.admitted || !one.leaseIsOver(), 'admitted on a lease that is over')
            }
          }
          assert.ok(admitted <= model.granted, 'admitted more than was granted')
        }
        for (let rounds = 0; all.some(({ open }) => open.length > 0); rounds++) {
          assert.ok(rounds < 100, 'it asks for ever')
          for (const one of all) await one.answer()
        }
        await Promise.all(waiting)
        assert.ok(admitted <= model.granted)
      },
    ),
    { numRuns: 400 },
  )
})
