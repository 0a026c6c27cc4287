import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { AssertionFailed } from '../lib/assert.ts'
import { inTransaction, isDbError, maybeOne, one, openDb, UNIQUE_VIOLATION } from './sql.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query('create table t (id int primary key)')

const ids = async () =>
  (await db.query<{ id: number }>('select id from t order by id')).rows.map(({ id }) => id)

describe('values', () => {
  test('numeric and bigint come back exact, times as Date', async () => {
    const most = 10n ** 78n - 1n
    const row = await one<{ n: bigint; neg: bigint; b: bigint; t: Date; none: null }>(
      db,
      `select $1::numeric(78, 0) n, -$1::numeric(78, 0) neg, 9007199254740993::bigint b,
         '2026-01-02T03:04:05.678Z'::timestamptz t, null::numeric none`,
      [most],
    )
    assert.deepEqual(row, {
      n: most,
      neg: -most,
      b: 9_007_199_254_740_993n,
      t: new Date('2026-01-02T03:04:05.678Z'),
      none: null,
    })
  })

  test('a numeric with a fraction is a bug, not a value to round, and the connection survives it', async () => {
    await assert.rejects(db.query('select 1.5::numeric'), AssertionFailed)
    await assert.rejects(db.query(`select 'NaN'::numeric`), AssertionFailed)
    assert.equal((await one<{ n: bigint }>(db, 'select 2::numeric n', [])).n, 2n)
  })

  test('one and maybeOne know how many rows they were promised', async () => {
    assert.equal(await maybeOne(db, 'select 1 where false', []), null)
    assert.deepEqual(await maybeOne(db, 'select 1 a', []), { a: 1 })
    await assert.rejects(one(db, 'select 1 where false', []), AssertionFailed)
    await assert.rejects(maybeOne(db, 'select generate_series(1, 2)', []), AssertionFailed)
  })
})

describe('inTransaction', () => {
  test('commits what resolved, gives its result back', async () => {
    const result = await inTransaction(db, async (tx) => {
      await tx.query('insert into t values (1), (2)')
      return 'done'
    })
    assert.equal(result, 'done')
    assert.deepEqual(await ids(), [1, 2])
  })

  test('rolls back what threw, and throws the same error', async () => {
    const error = new Error('no')
    const failed = inTransaction(db, async (tx) => {
      await tx.query('insert into t values (3)')
      throw error
    })
    await assert.rejects(failed, (thrown) => thrown === error)
    assert.deepEqual(await ids(), [1, 2])
  })

  test('rolls back on a refusal of the database, which isDbError names', async () => {
    const failed = inTransaction(db, async (tx) => {
      await tx.query('insert into t values (3)')
      await tx.query('insert into t values (1)')
    })
    await assert.rejects(failed, (error) => {
      assert.ok(isDbError(error, UNIQUE_VIOLATION))
      assert.ok(isDbError(error, UNIQUE_VIOLATION, 't_pkey'))
      assert.ok(!isDbError(error, UNIQUE_VIOLATION, 'other'))
      assert.ok(!isDbError(error, '23503'))
      return true
    })
    assert.deepEqual(await ids(), [1, 2])
    assert.equal(isDbError(undefined, UNIQUE_VIOLATION), false)
    assert.equal(isDbError(new Error('x'), UNIQUE_VIOLATION), false)
  })

  test('never resolves when the commit did not happen: a swallowed refusal is no success', async () => {
    const swallowed = inTransaction(db, async (tx) => {
      await tx.query('insert into t values (4)')
      await tx.query('insert into t values (1)').catch(() => {})
      return 'done'
    })
    const outcome = await swallowed.catch(() => 'refused')
    assert.deepEqual(await ids(), [1, 2])
    assert.equal(outcome, 'refused')
  })

  test('nobody outside sees it before the commit', async () => {
    await inTransaction(db, async (tx) => {
      await tx.query('insert into t values (9)')
      assert.deepEqual(await ids(), [1, 2])
    })
    assert.deepEqual(await ids(), [1, 2, 9])
  })
})

test('a connection that dies in a transaction rejects, is reported, and is replaced', async () => {
  const reported: Error[] = []
  const own = openDb(database.url, { max: 1, onError: (error) => reported.push(error) })
  try {
    const died = inTransaction(own, async (tx) => {
      const { pid } = await one<{ pid: number }>(tx, 'select pg_backend_pid() pid', [])
      await tx.query('insert into t values (10)')
      await db.query('select pg_terminate_backend($1)', [pid])
      await tx.query('select pg_sleep(5)')
    })
    await assert.rejects(died)
    assert.ok(reported.length > 0)
    assert.deepEqual(await one(own, 'select 1 alive', []), { alive: 1 })
    assert.ok(!(await ids()).includes(10))
  } finally {
    await own.pool.end()
  }
})
