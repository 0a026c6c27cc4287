import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction } from '../../packages/server/src/db/sql.ts'
import { TREASURY_FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import { platform } from '../../packages/server/src/ledger/platform.ts'
import { post } from '../../packages/server/src/ledger/post.ts'
import { credit, debit } from '../../packages/server/src/ledger/posting.ts'
import type { ExchangeBook } from '../support/exchangeWorld.ts'
import { startWorld } from '../support/world.ts'
import { assertFreeWithin } from '../support/leases.ts'

const world = await startWorld()
after(() => world.stop())
const { db } = world.database
/** A crashed worker's order is another's within 45 s, by the standard lease; here the lease is a second. */
const PATIENCE_MS = 45_000

const treasury = {
  SKIRO_TEST_TREASURY: JSON.stringify({
    every_seconds: 0.2,
    exchange: {
      id: 'kraken',
      url: world.venues.urls.kraken,
      ...world.venues.keys,
      deadline_seconds: 2,
      lag_seconds: 1,
    },
    hedge: { tolerance_bps: 200, minimum: { USDT: '10' } },
  }),
}
const ordersAtVenue = async () =>
  ((await (await fetch(new URL('/_sim/account', world.venues.urls.kraken))).json()) as ExchangeBook).orders

async function sold(round: number): Promise<void> {
  const [coins, money] = [
    { amount: 100_000_000n, asset: 'USDT' },
    { amount: 10_000n, asset: 'USD' },
  ] as const
  await inTransaction(db, (tx) =>
    post(tx, platform(false), `sold:${round}`, [
      ...[debit('fx', coins), credit('capital', coins), debit('capital', money), credit('fx', money)],
    ]),
  )
}

type Row = { state: string; client_id: string }
const orders = async () =>
  (await db.query<Row>('select state, client_id from treasury_order order by created_at')).rows

/** Each round is one order; the worker that takes it up dies as well, and so does the next. */
const ROUNDS: readonly (typeof TREASURY_FAILPOINTS)[number][][] = [
  ['treasury.planned', 'treasury.recorded', 'treasury.answered', 'treasury.found', 'treasury.booked'],
  ['treasury.accepted'],
]

describe('workers are killed on the way of a hedge, and the last one ends it', () => {
  for (const [round, points] of ROUNDS.entries()) {
    test(`at ${points.join(', then at ')}`, async () => {
      await sold(round)
      for (const at of points) {
        const worker = await world.startGateway({ ...treasury, SKIRO_FAILPOINT: at })
        const end = await Promise.race([worker.exited, sleep(PATIENCE_MS, 'alive', { ref: false })])
        if (end === 'alive') await worker.kill()
        assert.equal(end, 'SIGKILL', at)
      }
      await assertFreeWithin(db, Number(world.env.SKIRO_LEASE_SECONDS))
      const next = await world.startGateway(treasury)
      try {
        for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(100)) {
          const all = await orders()
          if (all.length === round + 1 && all.every(({ state }) => state === 'done')) break
        }
        const all = await orders()
        assert.deepEqual(
          all.map(({ state }) => state),
          Array.from({ length: round + 1 }, () => 'done'),
        )
        assert.deepEqual(
          (await ordersAtVenue()).map(({ client_id, filled }) => [client_id, filled]),
          all.map(({ client_id }) => [client_id, '100.0000000000']),
        )
        const { rows } = await db.query(`select from journal where key like 'hedge:%'`)
        assert.equal(rows.length, round + 1)
      } finally {
        await next.stop()
      }
    })
  }
})

test('no point was left out', () => {
  assert.deepEqual(ROUNDS.flat().toSorted(), [...TREASURY_FAILPOINTS].toSorted())
})
