/**
 * `kill -9` of the gateway between any two steps of one payment, then a restart: one charge, one payout, always.
 * Judged by the acquirer's book and the chain's logs, never by Skiro's own status alone.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import { assertBooks } from '../support/books.ts'
import { assertFreeWithin } from '../support/leases.ts'
import { assertInventory, assertQuotes } from '../support/inventory.ts'
import { assertSequence, capturesOf, transfersTo } from '../support/judge.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type World, startWorld } from '../support/world.ts'
import { verifies } from '../support/receiver.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.stop())

/** So many payments carry all points: each of them dies at a few, one after the other. */
const PAYMENTS = 9

for (let n = 0; n < PAYMENTS; n++) {
  const points = FAILPOINTS.filter((_, place) => place % PAYMENTS === n)
  test(`killed at ${points.join(', then at ')}: one charge, one payout`, async () => {
    // A merchant of its own, so that its address on the chain tells how often this very payment was paid.
    const merchant = await world.createMerchant()
    const [first, ...others] = points
    const doomed = await world.startGateway({ SKIRO_FAILPOINT: String(first) })
    const session = await createSession(world, merchant)
    const token = await cardToken(world, session)
    void pay(world, session, token).catch(() => null)
    await dies(doomed, String(first))
    for (const other of others) await dies(await world.startGateway({ SKIRO_FAILPOINT: other }), other)
    await assertFreeWithin(world.database.db, Number(world.env.SKIRO_LEASE_SECONDS))

    const gateway = await world.startGateway()
    try {
      const done = await eventually(`a completed transaction after ${points.join()}`, 60, async () => {
        const { body } = await api(world, merchant, 'GET', '/v1/transactions')
        const [transaction] = body.data as { status: string; payout_amount: number; payout_id: string }[]
        return transaction?.status === 'completed' ? transaction : null
      })
      await eventually('every event delivered', 20, async () => {
        const { rows } = await world.database.db.query(
          'select distinct event_id from webhook_attempt where merchant_id = $1 and succeeded',
          [merchant.merchant_id],
        )
        return rows.length === 3
      })
      assert.deepEqual(await capturesOf(world, session), [4999])
      assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [
        BigInt(Math.round(done.payout_amount * 1e6)),
      ])
      const { body: after_session } = await api(world, merchant, 'GET', `/v1/checkout/${session}`)
      assert.equal(after_session.status, 'completed')
      await assertBooks(world.database.db)
      await assertInventory(world.database.db)
      await assertQuotes(world.database.db)
      await assertSequence(world, merchant)
      const ours = world.receiver.received.filter((hook) => verifies(hook, merchant.webhook_secret))
      const types = new Set(ours.map((hook) => hook.event.type))
      assert.deepEqual([...types].toSorted(), ['checkout.completed', 'payout.completed', 'payout.sent'])
      assert.equal(new Set(ours.map((hook) => hook.event.id)).size, 3, 'an event was told under two ids')
    } finally {
      await gateway.stop()
    }
  })
}

async function dies({ exited, kill }: Gateway, at: string): Promise<void> {
  const end = await Promise.race([exited, sleep(60_000, 'alive', { ref: false })])
  if (end === 'alive') await kill()
  assert.equal(end, 'SIGKILL', `the gateway was to die at ${at}`)
}
