/** Two batches that pay the same merchants in opposite order end at the same moment, in two processes. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inTransaction } from '../../packages/server/src/db/sql.ts'
import { advanceBatch } from '../../packages/server/src/payouts/advanceBatch.ts'
import { advancePayout } from '../../packages/server/src/payouts/advancePayout.ts'
import { confirmTransaction } from '../../packages/server/src/transactions/confirmTransaction.ts'
import { payoutPorts, transactionPorts } from '../../packages/server/src/wiring.ts'
import { checkBooks } from '../invariants/checkBooks.ts'
import { testDatabase } from '../support/database.ts'
import { placeOrders } from './orders.ts'
import { passTime } from './unfinished.ts'
import { createSimulatedWorld } from './world.ts'

const { db, drop } = await testDatabase()
after(drop)

const QUIET = {
  rate: 0,
  counts: { lost: 0, answer_lost: 0, twice: 0 },
  call: async <T>(_where: string, act: () => T) => act(),
}

test('neither waits for the other for ever', async () => {
  const world = createSimulatedWorld(db, 'crossing', QUIET, {
    depth: 0,
    fee_cap: 10n ** 9n,
    coin_size: 10n ** 12n,
    is_stuck: false,
  })
  const { ctx, chains } = world
  const usdt = { asset: 'USDT', token: 'ok' } as const
  const orders = await placeOrders(db, 'crossing', [usdt, usdt])
  const merchants = orders.map(({ session }) => session.merchant_id)
  const first = orders.map(({ session }) => session)
  const again = (n: number) => first.map((session) => ({ ...session, id: `${session.id}_${n}` }))
  await db.query(
    `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, metadata, expires_at)
     select merchant_id, livemode, id || '_' || n, amount, currency, payout_currency, metadata, expires_at
     from checkout_session, generate_series(1, 2) n`,
  )
  const charge = async (session: (typeof first)[number]) => {
    const card = { token: `ok_${session.id}`, customer_email: null }
    await confirmTransaction(ctx, transactionPorts(ctx), session, card)
  }
  const batchOfAll = async () => {
    for (const { kind, ref, batch_id } of await passTime(db, merchants))
      if (kind === 'payout' && batch_id === null) await advancePayout(ctx, payoutPorts(ctx), ref)
  }
  const ethereum = chains[0]
  const endAll = async () => {
    for (const { ref } of await passTime(db, merchants)) await advancePayout(ctx, payoutPorts(ctx), ref)
  }
  // So that there are balances to lock.
  for (const session of first) await charge(session)
  await batchOfAll()
  ethereum?.mine()
  await endAll()

  for (const session of again(1)) await charge(session)
  await batchOfAll()
  for (const session of again(2).toReversed()) await charge(session)
  await batchOfAll()
  ethereum?.mine()
  await passTime(db, merchants)
  const { rows: batches } = await db.query<{ livemode: boolean; id: string; payments: number }>(
    `select livemode, id, payments from payout_batch where state <> 'final'`,
  )
  assert.deepEqual(
    batches.map(({ payments }) => payments),
    [2, 2],
  )

  // Both come to their first merchant, and go on only then.
  let ends: Promise<unknown>[] = []
  await inTransaction(db, async (one) => {
    await inTransaction(db, async (other) => {
      for (const [tx, merchant] of [
        [one, merchants[0]],
        [other, merchants[1]],
      ] as const)
        assert.ok(
          (
            await tx.query(
              `select from ledger_balance where merchant_id = $1 and account = 'payout_in_flight' for update`,
              [merchant],
            )
          ).rowCount,
        )
      ends = batches.map((batch) => advanceBatch({ ...ctx }, payoutPorts(ctx), batch))
      for (const end of ends) end.catch(() => {})
      await untilTwoWait()
    })
  })
  assert.deepEqual(
    (await Promise.allSettled(ends)).map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
  const { rows } = await db.query('select from payout where state = $1', ['final'])
  assert.equal(rows.length, 6)
  assert.deepEqual(await checkBooks(db), [])
})

async function untilTwoWait(): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const { rows } = await db.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and $1 = 1`,
      [1],
    )
    if (rows.length >= 2) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail('the batches do not wait for a lock')
}
