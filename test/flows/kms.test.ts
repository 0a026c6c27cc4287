/** A key in KMS, whose signatures of one transaction differ: killed between signing and storing, it pays once. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { assertBooks } from '../support/books.ts'
import { treasuryNonce } from '../support/chainControls.ts'
import { transfersTo } from '../support/judge.ts'
import { KMS, startKms } from '../support/kms.ts'
import { captured, owedFor } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let kms: Awaited<ReturnType<typeof startKms>>
before(async () => {
  world = await startWorld()
  kms = await startKms({ private_key: world.env.SKIRO_TEST_SIGNER_KEY })
})
after(async () => {
  await kms?.close()
  await world?.stop()
})

test('a payout whose signature was lost is signed anew, and paid once', async () => {
  const { region, key_id, access_key_id, secret: secret_access_key } = KMS
  const signer = { kind: 'kms', region, key_id, access_key_id, secret_access_key, endpoint: kms.endpoint }
  // The judges of the chain know the wallet by its key; the gateway and its commands do not have it.
  const { SKIRO_TEST_SIGNER_KEY } = world.env
  Object.assign(world.env, {
    SKIRO_TEST_SIGNER_KEY: undefined,
    SKIRO_TEST_SIGNER: JSON.stringify(signer),
    SKIRO_ADDRESS_MAC_KEY: randomBytes(32).toString('base64'),
  })
  const merchant = await world.createMerchant()
  const doomed = await world.startGateway({ SKIRO_FAILPOINT: 'payout.signed' })
  const session = await createSession(world, merchant)
  void pay(world, session, await cardToken(world, session)).catch(() => null)
  assert.equal(await doomed.exited, 'SIGKILL')
  const gateway = await world.startGateway()
  Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY })
  try {
    const before = await treasuryNonce(world)
    const transaction = await captured(world, merchant, session)
    await eventually('the payment', 30, async () => {
      await world.database.db.query(
        `update payout set wake_at = now() where state not in ('final', 'failed')`,
      )
      return (await transfersTo(world, 'USDT', merchant.address)).length > 0
    })
    assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [owedFor(transaction)])
    assert.equal(await treasuryNonce(world), before + 1)
    await assertBooks(world.database.db)
  } finally {
    await gateway.stop()
  }
})
