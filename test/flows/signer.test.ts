/** A gateway without a key: its signer is a process of its own, which is killed, stopped, lied to and capped. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { assertBooks } from '../support/books.ts'
import { treasuryNonce } from '../support/chainControls.ts'
import { transfersTo } from '../support/judge.ts'
import { captured, heard, owedFor, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { startSigner } from '../support/signerProcess.ts'
import { type Gateway, type Merchant, startWorld, type World } from '../support/world.ts'

let world: World
let gateway: Gateway
let signer: Awaited<ReturnType<typeof startSigner>>
let signer_env: Record<string, string>

before(async () => {
  world = await startWorld()
  const mac_key = randomBytes(32).toString('base64')
  const { SKIRO_TEST_SIGNER_KEY, SKIRO_TEST_CHAINS } = world.env
  const socket = join(world.folder, 'signer.sock')
  signer_env = {
    SKIRO_TEST_SIGNER_KEY,
    SKIRO_TEST_CHAINS,
    SKIRO_ADDRESS_MAC_KEY: mac_key,
    SKIRO_SIGNER_SOCKET: socket,
    SKIRO_SIGNER_JOURNAL: join(world.folder, 'journal'),
    SKIRO_TEST_SIGNER_POLICY: JSON.stringify({
      caps: { USDT: { transaction: '60', hour: '1000', day: '1000' } },
      fees: { ETH: { transaction: '0.1', hour: '1', day: '1' } },
    }),
  }
  const remote = { SKIRO_TEST_SIGNER: JSON.stringify({ kind: 'remote', socket }) }
  // Who sets addresses has the MAC key; the gateway has neither it nor the wallet's key.
  Object.assign(world.env, remote, { SKIRO_ADDRESS_MAC_KEY: mac_key })
  Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY: undefined })
  signer = await startSigner(signer_env)
  gateway = await world.startGateway({ SKIRO_ADDRESS_MAC_KEY: undefined as unknown as string })
  // So that the judges of the chain know whose wallet it is.
  Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY })
})
after(async () => {
  await gateway?.stop()
  await signer?.stop()
  await world?.stop()
})

async function buy(merchant: Merchant, amount = 49.99) {
  const session = await createSession(world, merchant, { amount })
  await pay(world, session, await cardToken(world, session))
  return await captured(world, merchant, session)
}

async function newMerchant(): Promise<Merchant> {
  // The commands run without the wallet's key, as the gateway does.
  const key = world.env.SKIRO_TEST_SIGNER_KEY
  Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY: undefined })
  try {
    return await world.createMerchant()
  } finally {
    Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY: key })
  }
}

const wakeNow = () =>
  world.database.db.query(`update payout set wake_at = now() where state not in ('final', 'failed')`)
const paid = async (merchant: Merchant, count: number) =>
  await eventually(`${count} payments`, 30, async () => {
    await wakeNow()
    return (await transfersTo(world, 'USDT', merchant.address)).length === count
  })
const heldFor = async (merchant: Merchant, payout_id: string | null, reason: string) => {
  const [event] = await heard(world, merchant, 'payout.held', ({ id }) => id === payout_id)
  assert.equal(event?.data.hold_reason, reason)
}

test('pays through the process; waits while it is dead; goes on when it is back', async () => {
  const merchant = await newMerchant()
  await buy(merchant)
  await paid(merchant, 1)
  await signer.kill()
  const nonce = await treasuryNonce(world)
  const waiting = await buy(merchant)
  await eventually('a try that failed', 30, async () =>
    (await readFile(world.log_file, 'utf8')).includes('The signer process does not answer'),
  )
  const payout = await payoutOf(world, merchant, waiting)
  assert.deepEqual([payout.status, await treasuryNonce(world)], ['pending', nonce])
  signer = await startSigner(signer_env)
  await paid(merchant, 2)
  await assertBooks(world.database.db)
})

test('an address that was changed in the database gets nothing, and holds nobody else up', async () => {
  const [victim, other] = [await newMerchant(), await newMerchant()]
  const thief = privateKeyToAddress(generatePrivateKey())
  await world.database.db.query('update wallet set address = $2 where merchant_id = $1', [
    victim.merchant_id,
    thief,
  ])
  const stolen = await buy(victim)
  await heldFor(victim, stolen.payout_id, 'address_not_allowed')
  await buy(other)
  await paid(other, 1)
  await wakeNow()
  assert.deepEqual(await transfersTo(world, 'USDT', thief), [])
})

test('what is over a cap is held, and holds nobody else up', async () => {
  const merchant = await newMerchant()
  const large = await buy(merchant, 900)
  assert.ok(owedFor(large) > 60_000_000n)
  await heldFor(merchant, large.payout_id, 'over_limit')
  await buy(merchant)
  await paid(merchant, 1)
})

test('the kill switch holds every payout until it is let go', async () => {
  const merchant = await newMerchant()
  const key = world.env.SKIRO_TEST_SIGNER_KEY
  Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY: undefined })
  await world.command('signer', 'stop', '--reason', 'a test')
  const held = await buy(merchant)
  await heldFor(merchant, held.payout_id, 'signer_stopped')
  await world.command('signer', 'start')
  Object.assign(world.env, { SKIRO_TEST_SIGNER_KEY: key })
  await wakeNow()
  // The process stopped too, and lets go in its own environment alone.
  assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [])
  Object.assign(world.env, { SKIRO_SIGNER_JOURNAL: signer_env.SKIRO_SIGNER_JOURNAL })
  await world.command('signer', 'start')
  await paid(merchant, 1)
})
