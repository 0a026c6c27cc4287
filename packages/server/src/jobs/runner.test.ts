import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase } from '../../../../test/support/database.ts'
import { enqueue } from './enqueue.ts'
import type { JobHandlers } from './job.ts'
import { startWorker } from './runner.ts'
import { forgetDeadJobs } from './store.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const ref = (id: string) => ({ merchant_id: 'mer_1', livemode: false, id })

async function until(check: () => boolean): Promise<void> {
  for (let tries = 0; !check(); tries++) {
    if (tries > 400) throw new Error('did not happen within 4 seconds')
    await sleep(10)
  }
}

test('a worker runs jobs and sweeps, survives what they throw, and finishes what it holds before it stops', async () => {
  const ran: string[] = []
  const errors: string[] = []
  let sweeps = 0
  let finished = false
  const handlers: JobHandlers = {
    advance_transaction: async ({ id }) => {
      ran.push(id)
      if (id !== 'txn_slow') return
      await sleep(150)
      finished = true
    },
    advance_payout: async ({ id }) => {
      ran.push(id)
      throw new Error('broken handler')
    },
  }
  const worker = await startWorker({
    db,
    handlers,
    concurrency: 4,
    sweep_ms: 20,
    onError: (where, error) => errors.push(`${where}: ${(error as Error).message}`),
    sweeps: [
      { name: 'broken', run: () => Promise.reject(new Error('broken sweep')) },
      { name: 'good', run: async () => ++sweeps },
    ],
  })
  try {
    await enqueue(db, 'advance_payout', ref('po_1'))
    await enqueue(db, 'advance_transaction', ref('txn_1'))
    await enqueue(db, 'advance_payout', ref('po_later'), 3_600_000)
    await until(() => ran.includes('po_1') && ran.includes('txn_1') && sweeps > 3)
    assert.ok(errors.includes('advance_payout: broken handler'))
    assert.ok(errors.includes('sweep broken: broken sweep'))
    await enqueue(db, 'advance_transaction', ref('txn_slow'))
    await until(() => ran.includes('txn_slow'))
  } finally {
    await worker.stop()
  }
  assert.ok(finished, 'stopped in the middle of a job')
  const swept = sweeps
  await enqueue(db, 'advance_transaction', ref('txn_2'))
  await sleep(100)
  assert.equal(sweeps, swept)
  assert.deepEqual(ran.toSorted(), ['po_1', 'txn_1', 'txn_slow'])
  const { rows } = await db.query('select key from graphile_worker.jobs order by key')
  assert.deepEqual(rows, [{ key: 'advance_payout:po_later' }, { key: 'advance_transaction:txn_2' }])
})

test('a sweep that hangs in a loop of its own keeps no other from its turn, and is waited for', async () => {
  let [sweeps, beside, ended] = [0, 0, 0]
  const never = () => Promise.resolve()
  const worker = await startWorker({
    db,
    handlers: { advance_transaction: never, advance_payout: never },
    concurrency: 1,
    sweep_ms: 10,
    onError: (_where, error) => assert.fail(error as Error),
    sweeps: [{ name: 'quick', run: async () => ++sweeps }],
    apart: [
      {
        name: 'quick beside it',
        run: async () => ++beside,
      },
      {
        name: 'slow',
        async run() {
          const [before, before_beside] = [sweeps, beside]
          while (sweeps < before + 5 || beside < before_beside + 5) await sleep(5)
          return ++ended
        },
      },
    ],
  })
  await until(() => ended > 0)
  await worker.stop()
})

test('a job that used up its try is forgotten after a minute, others are not', async () => {
  await db.query('delete from graphile_worker._private_jobs')
  for (const id of ['dead', 'fresh', 'waiting']) await enqueue(db, 'advance_payout', ref(id))
  await db.query(
    `update graphile_worker._private_jobs set attempts = 1,
       run_at = case when key = 'advance_payout:dead' then now() - interval '2 minutes' else now() end
     where key in ('advance_payout:dead', 'advance_payout:fresh')`,
  )
  assert.equal(await forgetDeadJobs(db), 1)
  assert.equal(await forgetDeadJobs(db), 0)
  const { rows } = await db.query('select key from graphile_worker.jobs order by key')
  assert.deepEqual(rows, [{ key: 'advance_payout:fresh' }, { key: 'advance_payout:waiting' }])
})
