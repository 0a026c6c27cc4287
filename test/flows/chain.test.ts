/** Payouts as the chain's own blocks show them: many at once, held ones, and a treasury key used by someone else. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Payout, Transaction } from 'skiro'
import { decodeFunctionData, isAddressEqual, parseAbi, type Hex } from 'viem'
import { assertBooks } from '../support/books.ts'
import { asOwner, node, spendNonceElsewhere, treasuryNonce, treasuryOf } from '../support/chainControls.ts'
import { assertSequence, capturesOf, transfersTo } from '../support/judge.ts'
import { assertPaidOnce, captured, completed, heard, heardBy, owedFor, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type ChainTx = { from: Hex; to: Hex; nonce: Hex; value: Hex; input: Hex }
const TRANSFER = parseAbi(['function transfer(address to, uint256 value)'])

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld()
  // What is taken out of the treasury after a payment was captured is met by its payout: so balances are read once.
  gateway = await world.startGateway({ SKIRO_INVENTORY_FRESH_MS: '600000' })
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

test('twenty payments at once: twenty payouts, consecutive nonces, each to its address with its amount', async () => {
  const merchants = await Promise.all([world.createMerchant(), world.createMerchant()])
  const first = await treasuryNonce(world)
  const orders = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const merchant = merchants[index % 2] as Merchant
      const payout_currency = ['USDT', 'USDC', 'ETH', 'USDT', 'USDC'][index % 5]
      const amount = `${100 + index}.${10 + index}`
      const session = await createSession(world, merchant, { amount, payout_currency })
      return { merchant, session, token: await cardToken(world, session) }
    }),
  )
  await Promise.all(orders.map(async ({ session, token }) => pay(world, session, token)))
  for (const merchant of merchants) {
    const mine = orders.filter((order) => order.merchant === merchant).map(({ session }) => session)
    const paid = await assertPaidOnce(world, merchant, mine)
    for (const transaction of paid) await assertOnChain(merchant, transaction)
  }
  const nonces = await Promise.all(
    orders.map(async ({ merchant, session }) => {
      const payout = await payoutOf(world, merchant, await completed(world, merchant, session))
      return Number((await chainTx(payout)).nonce)
    }),
  )
  assert.deepEqual(
    nonces.toSorted((a, b) => a - b),
    Array.from({ length: 20 }, (_, index) => first + index),
  )
  assert.equal(await treasuryNonce(world), first + 20)
  await assertBooks(world.database.db)
  for (const merchant of merchants) await assertSequence(world, merchant)
})

test('a paused token and an empty treasury hold payouts, told once each; they pay by themselves later', async () => {
  const [paused, poor] = await Promise.all([world.createMerchant(), world.createMerchant()])
  const treasury = treasuryOf(world)
  const before = await treasuryNonce(world)
  await asOwner(world, 'USDT', 'pause')
  const funds = await node<Hex>(world, 'eth_call', balanceCall(treasury), 'latest')
  await node(world, 'anvil_dealERC20', treasury, world.chain.tokens.USDC, '0x0')

  const held = [
    { merchant: paused, asset: 'USDT', reason: 'transfer_would_fail', session: '', id: '' },
    { merchant: poor, asset: 'USDC', reason: 'insufficient_treasury', session: '', id: '' },
  ]
  for (const one of held) {
    one.session = await createSession(world, one.merchant, { payout_currency: one.asset })
    await pay(world, one.session, await cardToken(world, one.session))
    const transaction = await captured(world, one.merchant, one.session)
    one.id = String(transaction.payout_id)
    const [event] = await heard(world, one.merchant, 'payout.held', ({ id }) => id === one.id)
    assert.deepEqual([event?.data.status, event?.data.hold_reason], ['held', one.reason])
    assert.deepEqual(event?.data, await payoutOf(world, one.merchant, transaction))
  }
  // What is held stands in nobody's way.
  const free = await createSession(world, paused, { payout_currency: 'ETH' })
  await pay(world, free, await cardToken(world, free))
  await completed(world, paused, free)

  for (let look = 0; look < 3; look++) await lookAgain(held.map(({ id }) => id))
  for (const { merchant, id } of held) {
    const { rows } = await world.database.db.query(
      `select from event where merchant_id = $1 and object_id = $2 and type = 'payout.held'`,
      [merchant.merchant_id, id],
    )
    assert.equal(rows.length, 1)
  }
  assert.equal(await treasuryNonce(world), before + 1, 'a held payout took a nonce')

  await asOwner(world, 'USDT', 'unpause')
  await node(world, 'anvil_dealERC20', treasury, world.chain.tokens.USDC, funds)
  const [first, second] = held.map(({ session }) => session) as [string, string]
  await assertPaidOnce(world, paused, [first, free])
  await assertPaidOnce(world, poor, [second])
  for (const { merchant, session } of held) {
    const payout = await payoutOf(world, merchant, await completed(world, merchant, session))
    assert.deepEqual([payout.status, payout.hold_reason, payout.attempts.length], ['completed', null, 1])
  }
  await assertBooks(world.database.db)
})

test('a nonce that someone else used stops the wallet: nothing is lost, nothing is paid twice', async () => {
  const merchant = await world.createMerchant()
  const good = await createSession(world, merchant)
  await pay(world, good, await cardToken(world, good))
  const paid = await completed(world, merchant, good)
  const before = await treasuryNonce(world)
  await spendNonceElsewhere(world)

  const sessions = await Promise.all([createSession(world, merchant), createSession(world, merchant)])
  for (const session of sessions) await pay(world, session, await cardToken(world, session))
  const waiting: Transaction[] = []
  for (const session of sessions) {
    const transaction = await captured(world, merchant, session)
    const [event] = await heard(world, merchant, 'payout.held', ({ id }) => id === transaction.payout_id)
    assert.equal(event?.data.hold_reason, 'wallet_on_hold')
    waiting.push(transaction)
  }
  await gateway.kill()
  gateway = await world.startGateway()
  await lookAgain(waiting.map(({ payout_id }) => String(payout_id)))
  await sleep(2500)
  for (const transaction of waiting) {
    const payout = await payoutOf(world, merchant, transaction)
    assert.deepEqual([payout.status, payout.hold_reason, payout.tx_hash], ['held', 'wallet_on_hold', null])
    assert.deepEqual(await capturesOf(world, transaction.checkout_session_id), [4999])
  }
  assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [owedFor(paid)])
  assert.equal(await treasuryNonce(world), before + 1, 'more than the stranger was sent')
  const held = heardBy(world, merchant).filter(({ event }) => event.type === 'payout.held')
  assert.equal(new Set(held.map(({ event }) => event.id)).size, 2)
  await assertBooks(world.database.db)
  await assertSequence(world, merchant)
})

async function chainTx({ tx_hash }: Payout): Promise<ChainTx> {
  const tx = await node<ChainTx | null>(world, 'eth_getTransactionByHash', tx_hash)
  assert.ok(tx, `${tx_hash} is not on the chain`)
  return tx
}

/** The transaction on the chain is by the treasury and does what the payout says. */
async function assertOnChain(merchant: Merchant, transaction: Transaction): Promise<void> {
  const payout = await payoutOf(world, merchant, transaction)
  assert.equal(payout.address, merchant.address)
  assert.deepEqual(payout.attempts, [payout.tx_hash])
  const tx = await chainTx(payout)
  assert.ok(isAddressEqual(tx.from, treasuryOf(world)))
  const { payout_currency: asset } = transaction
  if (asset !== 'USDT' && asset !== 'USDC') {
    assert.ok(isAddressEqual(tx.to, merchant.address))
    assert.equal(BigInt(tx.value), owedFor(transaction))
    return
  }
  assert.ok(isAddressEqual(tx.to, world.chain.tokens[asset]))
  const { args } = decodeFunctionData({ abi: TRANSFER, data: tx.input })
  assert.deepEqual(args, [merchant.address, owedFor(transaction)])
}

function balanceCall(account: Hex) {
  return { to: world.chain.tokens.USDC, data: `0x70a08231${account.slice(2).padStart(64, '0')}` }
}

/** Makes the gateway look at held payouts now, and waits until it has. */
async function lookAgain(payouts: readonly string[]): Promise<void> {
  const { db } = world.database
  await db.query('update payout set wake_at = now() where id = any($1)', [payouts])
  await eventually('another look at the held payouts', 20, async () => {
    const { rows } = await db.query(
      `select from payout where id = any($1) and wake_at > now() + interval '10 seconds' and lease_until is null`,
      [payouts],
    )
    return rows.length === payouts.length
  })
}
