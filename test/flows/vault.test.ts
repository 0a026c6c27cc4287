/** Payouts out of a PayoutVault: many in one transaction, and one that is refused does not hold up the others. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createPublicClient, http, parseAbiItem } from 'viem'
import { assertBooks } from '../support/books.ts'
import { treasuryNonce } from '../support/chainControls.ts'
import { assertPaidOnce, heard } from '../support/outcome.ts'
import { cardToken, createSession, pay } from '../support/pay.ts'
import { transfersTo } from '../support/judge.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld()
  const [chain] = JSON.parse(world.env.SKIRO_TEST_CHAINS) as object[]
  const { vault } = world.chain
  const payouts = { batch_wait_ms: 3_000, fee_share_bps: 10_000 }
  gateway = await world.startGateway({ SKIRO_TEST_CHAINS: JSON.stringify([{ ...chain, vault, payouts }]) })
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

/** One session per merchant, all paid at once. */
async function sales(merchants: readonly Merchant[]): Promise<string[]> {
  const sessions = await Promise.all(
    merchants.map(async (merchant) => createSession(world, merchant, { payout_currency: 'USDC' })),
  )
  const tokens = await Promise.all(sessions.map(async (session) => cardToken(world, session)))
  await Promise.all(sessions.map(async (session, n) => pay(world, session, tokens[n] as string)))
  return sessions
}

test('twelve payouts of three merchants leave the vault in fewer transactions, each once', async () => {
  const three = await Promise.all([1, 2, 3].map(async () => world.createMerchant()))
  const first = await treasuryNonce(world)
  const sellers = Array.from({ length: 12 }, (_, n) => three[n % 3] as Merchant)
  const sessions = await sales(sellers)
  for (const merchant of three) {
    await assertPaidOnce(
      world,
      merchant,
      sessions.filter((_, n) => sellers[n] === merchant),
    )
  }
  assert.ok((await treasuryNonce(world)) - first < 12)
  const logs = await createPublicClient({ transport: http(world.chain.rpc_url) }).getLogs({
    address: world.chain.tokens.USDC,
    event: TRANSFER,
    args: { from: world.chain.vault },
    fromBlock: 0n,
  })
  assert.equal(logs.length, 12)
  await assertBooks(world.database.db)
})

test('one payee who is refused on the way fails alone', async () => {
  const merchants = await Promise.all([1, 2, 3].map(async () => world.createMerchant()))
  const [unlucky, ...others] = merchants as [Merchant, Merchant, Merchant]
  const told = await fetch(new URL('/_sim/refuse_payee', world.chain.sim_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ asset: 'USDC', address: unlucky.address, when: 'after_sending' }),
  })
  assert.equal(told.status, 200)
  const sessions = await sales(merchants)
  for (const [n, merchant] of others.entries()) {
    await assertPaidOnce(world, merchant, [sessions[n + 1] as string])
  }
  const [failed] = await heard(world, unlucky, 'payout.failed', () => true)
  assert.ok(failed)
  assert.deepEqual(await transfersTo(world, 'USDC', unlucky.address), [])
  await assertBooks(world.database.db)
})
