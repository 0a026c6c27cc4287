import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction } from '../db/sql.ts'
import { enqueue } from './enqueue.ts'
import type { JobName } from './job.ts'
import { backoffMs } from './lease.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const ref = (id: string) => ({ merchant_id: 'mer_1', livemode: false, id })

type Job = { task_identifier: string; payload: object; max_attempts: number; in_ms: number }
const jobs = async (id: string) =>
  (
    await db.query<Job>(
      `select j.task_identifier, p.payload, j.max_attempts,
         round(extract(epoch from j.run_at - now()) * 1000)::int in_ms
       from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id
       where j.key like '%:' || $1 order by j.task_identifier`,
      [id],
    )
  ).rows

describe('enqueue', () => {
  test('names the row to look at, and has one try', async () => {
    await enqueue(db, 'advance_payout', { ...ref('po_1'), extra: 'left out' } as never)
    const [job, ...others] = await jobs('po_1')
    assert.equal(others.length, 0)
    assert.deepEqual(
      [job?.task_identifier, job?.payload, job?.max_attempts],
      ['advance_payout', ref('po_1'), 1],
    )
  })

  test('inside a transaction that rolls back it leaves no job', async () => {
    const lost = inTransaction(db, async (tx) => {
      await enqueue(tx, 'advance_payout', ref('po_2'))
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    assert.deepEqual(await jobs('po_2'), [])
    await inTransaction(db, (tx) => enqueue(tx, 'advance_payout', ref('po_2')))
    assert.equal((await jobs('po_2')).length, 1)
  })

  test('nobody sees the job before the commit', async () => {
    await inTransaction(db, async (tx) => {
      await enqueue(tx, 'advance_payout', ref('po_3'))
      assert.deepEqual(await jobs('po_3'), [])
    })
    assert.equal((await jobs('po_3')).length, 1)
  })

  test('a second call for the same row moves the job instead of adding one', async () => {
    await enqueue(db, 'advance_transaction', ref('txn_9'))
    await enqueue(db, 'advance_transaction', ref('txn_9'), 60_000)
    const [job, ...others] = await jobs('txn_9')
    assert.equal(others.length, 0)
    assert.ok(job && job.in_ms > 55_000 && job.in_ms <= 60_000, `${job?.in_ms} ms`)
    await Promise.all(Array.from({ length: 10 }, () => enqueue(db, 'advance_transaction', ref('txn_9'))))
    assert.equal((await jobs('txn_9')).length, 1)
  })

  test('jobs of different names for one row stand side by side', async () => {
    const every: JobName[] = ['advance_transaction', 'advance_payout']
    for (const name of every) await enqueue(db, name, ref('x_1'))
    assert.deepEqual(
      (await jobs('x_1')).map((job) => job.task_identifier),
      every.toSorted(),
    )
  })
})

test('pauses double from half a second to half a minute', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 7, 8, 100, 1e9].map(backoffMs),
    [500, 500, 1000, 2000, 30_000, 30_000, 30_000, 30_000],
  )
})
