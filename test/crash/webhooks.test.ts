/** Workers that send webhooks are killed with -9, again and again: every event arrives all the same, under one id. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction, openDb } from '../../packages/server/src/db/sql.ts'
import { recordEvent } from '../../packages/server/src/events/record.ts'
import { eventually } from '../support/pay.ts'
import { type Received, verifies } from '../support/receiver.ts'
import { type Merchant, type World, startWorld } from '../support/world.ts'

const KILLS = 12
// Dozens of events wait at each kill, and not the thousands that nobody's death needs.
const PAUSE_MS = 20
const NAIVE = new URL('naiveSender.ts', import.meta.url).pathname

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.stop())

/** Commits events, a few at a time, for as long as `going` says so. Returns their ids. */
async function record(merchant: Merchant, going: () => boolean): Promise<string[]> {
  const db = openDb(world.database.url, { max: 2 })
  const ids: string[] = []
  while (going()) {
    const event = {
      type: 'payout.sent',
      object_id: 'po_1',
      data: { n: ids.length },
      webhook_url: null,
    } as const
    const tenant = { merchant_id: merchant.merchant_id, livemode: false }
    ids.push(await inTransaction(db, (tx) => recordEvent(tx, tenant, event)))
    await sleep(PAUSE_MS)
  }
  await db.pool.end()
  return ids
}

/** What the receiver has of that merchant. */
function heardOf(merchant: Merchant): Received[] {
  return world.receiver.received.filter((hook) => verifies(hook, merchant.webhook_secret))
}

test(`${KILLS} times kill -9 of the worker while events come in: every event arrives, under one id`, async (t) => {
  const merchants = [await world.createMerchant(), await world.createMerchant()]
  // Slow enough that each kill hits tries that are under way.
  world.receiver.delay(20)
  let going = true
  const recording = Promise.all(merchants.map((merchant) => record(merchant, () => going)))
  for (let kill = 0; kill < KILLS; kill++) {
    const doomed = await world.startGateway({ SKIRO_WEBHOOK_ENDPOINT_CONCURRENCY: '8' })
    const seen = world.receiver.received.length
    await eventually('tries under way', 20, async () => world.receiver.received.length > seen + 5)
    await doomed.kill()
  }
  going = false
  const recorded = await recording
  world.receiver.delay(0)
  const gateway = await world.startGateway()
  try {
    for (const [n, merchant] of merchants.entries()) {
      const ids = recorded[n] ?? []
      assert.ok(ids.length > 100)
      await eventually(
        'every event at its receiver',
        60,
        async () => new Set(heardOf(merchant).map(({ event }) => event.id)).size === ids.length,
      )
      const hooks = heardOf(merchant)
      t.diagnostic(`${ids.length} events, ${hooks.length} arrivals`)
      assert.ok(hooks.length > ids.length, 'no kill met a try under way')
      assert.deepEqual(new Set(hooks.map(({ event }) => event.id)), new Set(ids))
      // Twice is allowed, as something else is not: one id, one body, one number each.
      assert.equal(new Set(hooks.map(({ body }) => body)).size, ids.length)
      assert.deepEqual(
        [...new Set(hooks.map(({ event }) => event.sequence))].toSorted((a, b) => a - b),
        Array.from({ length: ids.length }, (_, place) => place + 1),
      )
      await eventually('an empty queue', 20, async () => {
        const { rows } = await world.database.db.query(
          'select from webhook_delivery where merchant_id = $1',
          [merchant.merchant_id],
        )
        return rows.length === 0
      })
    }
  } finally {
    await gateway.stop()
  }
})

test('control: a sender that takes events off the queue before it has sent them loses some', async () => {
  const merchant = await world.createMerchant()
  world.receiver.delay(20)
  let going = true
  const recording = record(merchant, () => going)
  for (let kill = 0; kill < 3; kill++) {
    const seen = world.receiver.received.length
    const doomed = fork(NAIVE, [world.database.url, merchant.merchant_id, `${world.receiver.url}/webhooks`], {
      execArgv: ['--conditions=source'],
    })
    await eventually('tries under way', 20, async () => world.receiver.received.length > seen + 5)
    doomed.kill('SIGKILL')
    await once(doomed, 'exit')
  }
  going = false
  const ids = await recording
  const last = fork(NAIVE, [world.database.url, merchant.merchant_id, `${world.receiver.url}/webhooks`], {
    execArgv: ['--conditions=source'],
  })
  await eventually('nothing left on the queue', 30, async () => {
    const { rows } = await world.database.db.query(
      'select from event where merchant_id = $1 and fanned_out_at is null',
      [merchant.merchant_id],
    )
    return rows.length === 0
  })
  await sleep(1000)
  last.kill('SIGKILL')
  const heard = new Set(world.receiver.received.map(({ event }) => event.id))
  assert.ok(ids.some((id) => !heard.has(id)))
})
