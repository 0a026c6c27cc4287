import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction } from '../db/sql.ts'
import { dropOldWindows, takeFromWindow } from './limitStore.ts'

const { db, drop } = await testDatabase()
after(drop)

let serial = 0
const fresh = () => `b${++serial}`
const HOUR = 3600
/** Moves the window's end, as time would. */
const shift = (bucket: string, by: string) =>
  db.query('update rate_limit set window_end = window_end + $2::interval where bucket = $1', [bucket, by])
const windowOf = async (bucket: string) =>
  (
    await db.query<{ window_end: Date; taken: bigint }>(
      'select window_end, taken from rate_limit where bucket = $1',
      [bucket],
    )
  ).rows[0]

describe('takeFromWindow', () => {
  test('grants what fits, and says what is left for everybody', async () => {
    const bucket = fresh()
    const take = (count: number) => takeFromWindow(db, bucket, count, { count: 10, seconds: HOUR })
    const seen = []
    for (const count of [4, 4, 4, 4]) {
      const { remaining_ms, ...rest } = await take(count)
      assert.ok(remaining_ms > 0 && remaining_ms <= HOUR * 1000, String(remaining_ms))
      seen.push(rest)
    }
    assert.deepEqual(seen, [
      { granted: 4, left: 6 },
      { granted: 4, left: 2 },
      { granted: 2, left: 0 },
      { granted: 0, left: 0 },
    ])
  })

  test('whoever asks at the same time, for whatever: together they get the quota and not one more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }),
        async (quota, asked) => {
          const bucket = fresh()
          const grants = await Promise.all(
            asked.map((count) => takeFromWindow(db, bucket, count, { count: quota, seconds: HOUR })),
          )
          const granted = grants.map((grant) => grant.granted)
          const wanted = asked.reduce((sum, count) => sum + count, 0)
          assert.equal(
            granted.reduce((sum, count) => sum + count, 0),
            Math.min(quota, wanted),
          )
          for (const [i, count] of granted.entries()) assert.ok(count >= 0 && count <= (asked[i] ?? 0))
          assert.equal(Math.min(...grants.map(({ left }) => left)), Math.max(0, quota - wanted))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('after the end there is a whole new window, which lasts from its first request on', async () => {
    const bucket = fresh()
    const take = () => takeFromWindow(db, bucket, 3, { count: 3, seconds: HOUR })
    assert.equal((await take()).granted, 3)
    assert.equal((await take()).granted, 0)
    await shift(bucket, '-1 hour')
    const again = await take()
    assert.equal(again.granted, 3)
    assert.ok(again.remaining_ms > (HOUR - 60) * 1000)
  })

  test('a window that the clock left in the far future is not waited for', async () => {
    const bucket = fresh()
    const take = () => takeFromWindow(db, bucket, 3, { count: 3, seconds: 60 })
    await take()
    await shift(bucket, '1 day')
    assert.equal((await take()).granted, 3)
  })

  test('one that waited for the row counts in the window that it finds, though it began to wait before it', async () => {
    const bucket = fresh()
    const rate = { count: 5, seconds: HOUR }
    await takeFromWindow(db, bucket, 5, rate)
    await shift(bucket, '-1 hour')
    let late: ReturnType<typeof takeFromWindow> | undefined
    await inTransaction(db, async (tx) => {
      await tx.query('select from rate_limit where bucket = $1 for update', [bucket])
      late = takeFromWindow(db, bucket, 4, rate)
      await waitingForLock()
      // A window that begins after the other statement did.
      await tx.query(
        `update rate_limit set taken = 3, window_end = clock_timestamp() + interval '1 hour' where bucket = $1`,
        [bucket],
      )
    })
    const { granted, left } = (await late) ?? {}
    assert.deepEqual({ granted, left }, { granted: 2, left: 0 })
  })
})

describe('dropOldWindows', () => {
  test('drops what ended a while ago, and nothing that may still count', async () => {
    const [old, ended, running] = [fresh(), fresh(), fresh()]
    for (const bucket of [old, ended, running]) await takeFromWindow(db, bucket, 1, { count: 5, seconds: 60 })
    await shift(old, '-3 minutes')
    await shift(ended, '-61 seconds')
    assert.ok((await dropOldWindows(db, 100)) >= 1)
    assert.equal(await windowOf(old), undefined)
    assert.ok((await windowOf(ended)) && (await windowOf(running)))
  })

  test('a bucket that is used again just then keeps its count', async () => {
    const bucket = fresh()
    const rate = { count: 5, seconds: HOUR }
    await takeFromWindow(db, bucket, 5, rate)
    await shift(bucket, '-2 hours')
    await inTransaction(db, async (tx) => {
      await takeFromWindow(tx, bucket, 4, rate)
      await dropOldWindows(db, 100)
    })
    assert.equal((await takeFromWindow(db, bucket, 5, rate)).granted, 1)
  })
})

async function waitingForLock(): Promise<void> {
  for (;;) {
    const { rows } = await db.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length > 0) return
  }
}
