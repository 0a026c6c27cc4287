/**
 * `kill -9` of the gateway between any two steps of one payment, then a restart: one charge, one payout, always.
 * Judged by the acquirer's book and the chain's logs, never by Skiro's own status alone.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import { assertBooks } from '../support/books.ts'
import { assertFreeWithin } from '../support/leases.ts'
import { assertInventory, assertQuotes } from '../support/inventory.ts'
import { assertSequence, capturesOf, transfersTo } from '../support/judge.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type World, startWorld } from '../support/world.ts'
import { verifies } from '../support/receiver.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.stop())

for (const failpoint of FAILPOINTS) {
  test(`killed at ${failpoint}: one charge, one payout`, async () => {
    // A merchant of its own, so that its address on the chain tells how often this very payment was paid.
    const merchant = await world.createMerchant()
    const doomed = await world.startGateway({ SKIRO_FAILPOINT: failpoint })
    const session = await createSession(world, merchant)
    const token = await cardToken(world, session)
    void pay(world, session, token).catch(() => null)
    assert.equal(await doomed.exited, 'SIGKILL', 'the gateway was to die at the failpoint')
    await assertFreeWithin(world.database.db, Number(world.env.SKIRO_LEASE_SECONDS))

    const gateway = await world.startGateway()
    try {
      const done = await eventually(`a completed transaction after ${failpoint}`, 60, async () => {
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
