/** Blocks that are undone and pools that forget: the same bytes are sent again and pay once. The test mines by itself. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Payout, Transaction } from 'skiro'
import { assertBooks } from '../support/books.ts'
import { node, treasuryNonce } from '../support/chainControls.ts'
import { assertSequence, transfersTo } from '../support/judge.ts'
import { assertPaidOnce, captured, heard, heardBy, owedFor, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type Sent = { merchant: Merchant; transaction: Transaction; payout: Payout }

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld({ block_time_s: 0 })
  gateway = await world.startGateway()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

test('a mined payout whose block is undone is sent again with the same bytes, and pays once', async () => {
  const sent = await sentPayout(await world.createMerchant())
  const raw = await rawOf(sent)
  for (const undo of ['anvil_rollback', 'anvil_reorg'] as const) {
    await mine(1)
    await confirmations(sent, 1)
    assert.equal((await transfersTo(world, 'USDT', sent.merchant.address)).length, 1)
    if (undo === 'anvil_rollback') await node(world, undo, 1)
    else await node(world, undo, 1, [])
    assert.deepEqual(await transfersTo(world, 'USDT', sent.merchant.address), [])
    await inPool(sent)
    await confirmations(sent, 0)
    assert.equal(await rawOf(sent), raw)
  }
  await finish([sent])
})

test('two payouts in one undone block are both paid once, in the order of their nonces', async () => {
  const merchant = await world.createMerchant()
  const both = [await sentPayout(merchant), await sentPayout(merchant)]
  await mine(1)
  for (const sent of both) await confirmations(sent, 1)
  await node(world, 'anvil_rollback', 1)
  for (const sent of both) await inPool(sent)
  await finish(both)
})

test('a payout that the pool forgot is sent again', async () => {
  const sent = await sentPayout(await world.createMerchant())
  await node(world, 'anvil_dropTransaction', sent.payout.tx_hash)
  await inPool(sent)
  await finish([sent])
})

test('a block that is undone while the gateway is dead', async () => {
  const sent = await sentPayout(await world.createMerchant())
  await mine(1)
  await confirmations(sent, 1)
  await gateway.kill()
  await node(world, 'anvil_rollback', 1)
  gateway = await world.startGateway()
  await inPool(sent)
  await finish([sent])
})

test('a payout is not called final before its block is', async () => {
  const sent = await sentPayout(await world.createMerchant())
  await mine(1)
  await confirmations(sent, 1)
  await mine(1)
  await confirmations(sent, 2)
  assert.equal((await payoutOf(world, sent.merchant, sent.transaction)).status, 'sent')
  await mine(1)
  await finish([sent])
})

async function mine(blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) await node(world, 'evm_mine')
}

/** A captured payment whose payout is in the node's pool. */
async function sentPayout(merchant: Merchant): Promise<Sent> {
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session))
  const transaction = await captured(world, merchant, session)
  const payout = await eventually('a sent payout', 20, async () => {
    const now = await payoutOf(world, merchant, transaction)
    return now.status === 'sent' ? now : null
  })
  const sent = { merchant, transaction, payout }
  await inPool(sent)
  return sent
}

async function inPool({ payout }: Sent): Promise<void> {
  await eventually(`${payout.tx_hash} in the pool`, 20, async () => {
    const tx = await node<{ blockNumber: string | null } | null>(
      world,
      'eth_getTransactionByHash',
      payout.tx_hash,
    )
    return tx?.blockNumber === null
  })
}

async function confirmations({ merchant, transaction, payout }: Sent, count: number): Promise<void> {
  await eventually(`${count} confirmations of ${payout.id}`, 20, async () => {
    const now = await payoutOf(world, merchant, transaction)
    assert.equal(now.status, 'sent')
    return now.confirmations === count
  })
}

async function rawOf({ payout }: Sent): Promise<string> {
  return await node<string>(world, 'eth_getRawTransactionByHash', payout.tx_hash)
}

/** Mines until all is final, then counts: one transfer each, under the first hash, told once. */
async function finish(all: readonly Sent[]): Promise<void> {
  await mine(3)
  const [{ merchant }] = all as [Sent]
  const sessions = all.map(({ transaction }) => transaction.checkout_session_id)
  await assertPaidOnce(world, merchant, sessions)
  for (const { transaction, payout } of all) {
    const now = await payoutOf(world, merchant, transaction)
    assert.deepEqual([now.tx_hash, now.attempts], [payout.tx_hash, [payout.tx_hash]])
    await heard(world, merchant, 'payout.completed', ({ id }) => id === payout.id)
    const told = heardBy(world, merchant).filter(({ event }) => event.data.id === payout.id)
    const ids = new Map(told.map(({ event }) => [event.id, event.type]))
    assert.deepEqual([...ids.values()].toSorted(), ['payout.completed', 'payout.sent'])
  }
  const owed = all.map(({ transaction }) => owedFor(transaction))
  assert.deepEqual((await transfersTo(world, 'USDT', merchant.address)).length, owed.length)
  const { rows } = await world.database.db.query<{ next_nonce: bigint }>(
    'select next_nonce from treasury_wallet',
  )
  assert.equal(BigInt(await treasuryNonce(world)), rows[0]?.next_nonce)
  await assertBooks(world.database.db)
  await assertSequence(world, merchant)
}
