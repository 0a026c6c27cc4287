/**
 * `kill -9` of workers where only some payouts go: at a wallet's first sight, while payouts are held, replaced, sent again,
 * undone, taken back, refused by the chain. One worker after the other dies on the way of the same payout, and it is paid
 * once. Blocks come only when a test wants one.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DETOUR_FAILPOINTS,
  type Failpoint,
  REPLACED_FAILPOINTS,
  START_FAILPOINTS,
} from '../../packages/server/src/lib/failpoint.ts'
import { payoutFindings } from '../../packages/server/src/commands/reconcile/payoutStore.ts'
import { assertBooks } from '../support/books.ts'
import { node, spendNonceElsewhere, treasuryNonce, treasuryOf } from '../support/chainControls.ts'
import { assertInventory } from '../support/inventory.ts'
import { transfersTo } from '../support/judge.ts'
import { assertPaidOnce, captured, heard, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const SECONDS = 30
const killed = new Set<Failpoint>()
let world: World
let serve: Gateway | null = null
let worker: Gateway | null = null
before(async () => {
  world = await startWorld({ block_time_s: 0 })
  serve = await world.startGateway({}, 'serve')
})
afterEach(async () => {
  await worker?.kill()
  worker = null
})
after(async () => {
  await serve?.stop()
  await world?.stop()
})

/** A worker that makes payouts like this. */
async function work(payouts: object = {}, extra: Record<string, string> = {}): Promise<Gateway> {
  await worker?.kill()
  const [chain] = JSON.parse(world.env.SKIRO_TEST_CHAINS) as [{ payouts: object }]
  const SKIRO_TEST_CHAINS = JSON.stringify([{ ...chain, payouts: { ...chain.payouts, ...payouts } }])
  worker = await world.startGateway({ SKIRO_TEST_CHAINS, ...extra }, 'work')
  return worker
}

/** A worker gets to the point, and no further. The leases of the one before it have ended. */
async function dies(at: Failpoint, payouts: object = {}): Promise<void> {
  await worker?.kill()
  await hurry()
  await world.database.db.query(
    `update payout_batch set wake_at = now(), lease_until = null where state not in ('final', 'cancelled')`,
  )
  await ends(at, await work(payouts, { SKIRO_FAILPOINT: at }))
}

async function ends(at: Failpoint, { exited }: Gateway): Promise<void> {
  assert.equal(await Promise.race([exited, sleep(SECONDS * 1000, 'alive', { ref: false })]), 'SIGKILL', at)
  killed.add(at)
}

/** Nobody waits for what is held. */
async function hurry(): Promise<void> {
  await world.database.db.query(
    `update payout set wake_at = now(), lease_until = null where state in ('queued', 'held')`,
  )
}

/** Blocks until nothing is left to wait for. */
async function mineUntil<T>(what: Promise<T>): Promise<T> {
  const done = what.finally(() => clearInterval(mining))
  const mining = setInterval(() => {
    void node(world, 'evm_mine').catch(() => {})
    void hurry().catch(() => {})
  }, 250)
  return await done
}

async function buy(merchant: Merchant, payout_currency = 'USDT'): Promise<string> {
  const session = await createSession(world, merchant, { payout_currency })
  assert.equal((await pay(world, session, await cardToken(world, session))).body.status, 'paid')
  return session
}

const payoutNow = async (merchant: Merchant, session: string) =>
  await payoutOf(world, merchant, await captured(world, merchant, session))

const inState = (state: string) =>
  eventually(`a batch that is ${state}`, SECONDS, async () => {
    const { rows } = await world.database.db.query('select from payout_batch where state = $1', [state])
    return rows.length === 1
  })

test('at the first sight of a wallet; then held, replaced, sent again, undone and taken back: paid once', async () => {
  const merchant = await world.createMerchant()
  for (const at of START_FAILPOINTS) await dies(at)
  const session = await buy(merchant)
  await dies('payout.held', { fee_cap: '0.000000001' })
  for (const at of REPLACED_FAILPOINTS) await dies(at, { bump_after_ms: 1000 })
  // The version that was stored is signed by the next one, and no network has it yet.
  await dies('payout.resent')
  await work()
  await node(world, 'evm_mine')
  await inState('mined')
  await worker?.kill()
  await node(world, 'anvil_rollback', 1)
  await dies('payout.taken_back')

  const { id } = await payoutNow(merchant, session)
  await world.command('payout', 'cancel', '--merchant', merchant.merchant_id, '--payout', id)
  await work()
  await eventually('a version that cancels', SECONDS, async () => {
    const { rows } = await world.database.db.query(
      `select from chain_tx where kind = 'cancel' and broadcast_at is not null`,
    )
    return rows.length === 1
  })
  await mineUntil(dies('payout.cancelled'))
  assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [])
  await work()
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  assert.equal(await treasuryNonce(world), 2, 'one nonce for nobody, one for the payout')
  for (const type of ['payout.held', 'payout.completed']) {
    const told = await heard(world, merchant, type, (data) => data.id === id)
    assert.equal(told.length, 1, type)
  }
  await assertBooks(world.database.db)
})

test('when the chain has refused it for good: told once, owed again, and paid once by another', async () => {
  const merchant = await world.createMerchant()
  const nonce = await treasuryNonce(world)
  const session = await buy(merchant)
  await work()
  await inState('broadcast')
  await worker?.kill()
  const [treasury, token] = [treasuryOf(world), world.chain.tokens.USDT]
  await node(world, 'anvil_dealERC20', treasury, token, '0x0')
  await mineUntil(dies('payout.failed'))
  await node(world, 'anvil_dealERC20', treasury, token, `0x${(10n ** 15n).toString(16)}`)
  await work()
  const { id } = await payoutNow(merchant, session)
  const told = await heard(world, merchant, 'payout.failed', (data) => data.id === id)
  assert.equal(told.length, 1)
  assert.equal(await treasuryNonce(world), nonce + 1)
  assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [])
  await assertBooks(world.database.db)

  // A person has it paid again, and is in a hurry.
  const words = ['payout', 'retry', '--merchant', merchant.merchant_id, '--payout', id]
  const retries = await Promise.allSettled([1, 2, 3].map(() => world.command(...words)))
  assert.equal(retries.filter(({ status }) => status === 'fulfilled').length, 1)
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  const retry = await payoutNow(merchant, session)
  assert.notEqual(retry.id, id)
  assert.equal(retry.status, 'completed')
  assert.equal(await treasuryNonce(world), nonce + 2)
  await assert.rejects(world.command(...words), /payout retry failed/)
  await assertBooks(world.database.db)
  await assertInventory(world.database.db)
  assert.deepEqual(await payoutFindings(world.database.db, false), [])
})

test('while coins are counted for a capture: charged once, paid once', async () => {
  const merchant = await world.createMerchant()
  await serve?.stop()
  serve = await world.startGateway({ SKIRO_FAILPOINT: 'inventory.read' })
  const session = await createSession(world, merchant, { payout_currency: 'USDC' })
  void pay(world, session, await cardToken(world, session)).catch(() => null)
  await ends('inventory.read', serve)
  serve = await world.startGateway({}, 'serve')
  await work()
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  await assertBooks(world.database.db)
})

test('when a stranger has used a nonce: held until a person says so, then paid once', async () => {
  const merchant = await world.createMerchant()
  await spendNonceElsewhere(world)
  await dies('payout.wallet_held')
  const session = await buy(merchant)
  await work()
  const [event] = await heard(world, merchant, 'payout.held', () => true)
  assert.equal(event?.data.hold_reason, 'wallet_on_hold')
  const nonce = await treasuryNonce(world)
  const wallet = ['--network', 'ethereum', '--address', treasuryOf(world)]
  await world.command('treasury', 'release', ...wallet)
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  assert.equal(await treasuryNonce(world), nonce + 1)
  await assertBooks(world.database.db)
})

test('no point was left out', () => {
  const all = [...START_FAILPOINTS, ...REPLACED_FAILPOINTS, ...DETOUR_FAILPOINTS]
  assert.deepEqual([...killed].toSorted(), all.toSorted())
})
