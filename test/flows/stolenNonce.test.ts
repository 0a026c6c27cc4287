/** A signed payout whose nonce is used by a stranger while the gateway is dead: it is never paid with another nonce. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertBooks } from '../support/books.ts'
import { spendNonceElsewhere, treasuryNonce } from '../support/chainControls.ts'
import { capturesOf, transfersTo } from '../support/judge.ts'
import { captured, heard, owedFor, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type World, startWorld } from '../support/world.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.stop())

test('the payout waits for a person, and so does everything after it', async () => {
  const merchant = await world.createMerchant()
  const doomed = await world.startGateway({ SKIRO_FAILPOINT: 'payout.signature_recorded' })
  const session = await createSession(world, merchant)
  void pay(world, session, await cardToken(world, session)).catch(() => null)
  assert.equal(await doomed.exited, 'SIGKILL')
  const before = await treasuryNonce(world)
  await spendNonceElsewhere(world)

  let gateway = await world.startGateway()
  try {
    await eventually('a wallet on hold', 30, async () => {
      // The pauses between its looks grow. Nobody should wait for them here.
      await world.database.db.query(`update payout_batch set wake_at = now() where state = 'signed'`)
      const { rows } = await world.database.db.query(
        'select from treasury_wallet where hold_reason is not null',
      )
      return rows.length === 1
    })
    const next = await createSession(world, merchant)
    await pay(world, next, await cardToken(world, next))
    const after_it = await captured(world, merchant, next)
    const [event] = await heard(world, merchant, 'payout.held', ({ id }) => id === after_it.payout_id)
    assert.equal(event?.data.hold_reason, 'wallet_on_hold')

    await gateway.kill()
    gateway = await world.startGateway()
    await sleep(3000)
    const first = await captured(world, merchant, session)
    assert.ok(owedFor(first) > 0n)
    const payout = await payoutOf(world, merchant, first)
    assert.deepEqual([payout.status, payout.tx_hash, payout.attempts], ['pending', null, []])
    assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [])
    assert.equal(await treasuryNonce(world), before + 1, 'more than the stranger was sent')
    for (const one of [session, next]) assert.deepEqual(await capturesOf(world, one), [4999])
    await assertBooks(world.database.db)
  } finally {
    await gateway.stop()
  }
})
