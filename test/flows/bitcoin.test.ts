/** Payouts in BTC through the whole gateway: one batch, whose block falls and whose node forgets it, pays once. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Payout, Transaction } from 'skiro'
import { assertBooks } from '../support/books.ts'
import { bitcoinRpc } from '../support/bitcoinRpc.ts'
import { newPayee } from '../support/bitcoinWorld.ts'
import { captured, completed, owedFor, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type Output = { value: number; scriptPubKey: { address?: string } }

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld({ block_time_s: 0, bitcoin: true })
  gateway = await world.startGateway()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

test('payouts in BTC share a transaction, and are paid once though its block falls and the node forgets it', async () => {
  const merchant = await world.createMerchant()
  // Of the main network.
  await assert.rejects(setWallet(merchant, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'), /wallet set failed/)
  const address = newPayee()
  await setWallet(merchant, address)
  const doctor = await world.command('doctor', '--json')
  assert.match(doctor, /"test chain bitcoin"/)
  const transactions = await Promise.all([12.34, 49.99, 500].map((amount) => paidInto(merchant, amount)))
  const sent = await Promise.all(transactions.map((transaction) => sentPayout(merchant, transaction)))
  const hashes = [...new Set(sent.map(({ tx_hash }) => String(tx_hash)))]
  const waiting = async () => (await rpc<string[]>('getrawmempool')).toSorted()
  await eventually('all in the mempool', 20, async () => (await waiting()).length === hashes.length)
  const before = await waiting()
  assert.deepEqual(before, hashes.toSorted())

  await mine(1)
  await confirmations(merchant, transactions, 1)
  await rpc('invalidateblock', await rpc('getbestblockhash'))
  await rpc('skiro_clearmempool')
  await gateway.kill()
  gateway = await world.startGateway()
  // The same bytes: the ids are those of before.
  await eventually('sent again', 30, async () => (await waiting()).length === before.length)
  assert.deepEqual(await waiting(), before)
  await mine(3)
  for (const { checkout_session_id } of transactions) await completed(world, merchant, checkout_session_id)

  const owed = transactions.map((transaction) => Number(owedFor(transaction)))
  const paid = (await Promise.all(hashes.map((hash) => outputsTo(hash, address)))).flat()
  assert.deepEqual(paid.toSorted(byNumber), owed.toSorted(byNumber))
  const coins = await rpc<{ total_amount: number }>('scantxoutset', 'start', [
    await scriptOf(hashes[0], address),
  ])
  assert.equal(
    Math.round(coins.total_amount * 1e8),
    owed.reduce((sum, amount) => sum + amount, 0),
  )
  await assertBooks(world.database.db)
})

async function rpc<T>(method: string, ...params: unknown[]): Promise<T> {
  return await bitcoinRpc<T>(world.bitcoin?.rpc_url ?? '', method, ...params)
}

async function mine(blocks: number): Promise<void> {
  await rpc('generatetoaddress', blocks, newPayee())
}

async function setWallet({ merchant_id }: Merchant, address: string): Promise<void> {
  const wallet = ['--currency', 'BTC', '--network', 'bitcoin', '--address', address]
  await world.command('wallet', 'set', '--merchant', merchant_id, '--mode', 'test', ...wallet)
}

async function paidInto(merchant: Merchant, amount: number): Promise<Transaction> {
  const session = await createSession(world, merchant, { amount, payout_currency: 'BTC' })
  await pay(world, session, await cardToken(world, session))
  return await captured(world, merchant, session)
}

async function sentPayout(merchant: Merchant, transaction: Transaction): Promise<Payout> {
  return await eventually('a sent payout', 30, async () => {
    const now = await payoutOf(world, merchant, transaction)
    return now.status === 'sent' ? now : null
  })
}

async function confirmations(merchant: Merchant, all: readonly Transaction[], count: number): Promise<void> {
  for (const transaction of all) {
    await eventually(`${count} confirmations`, 20, async () => {
      return (await payoutOf(world, merchant, transaction)).confirmations === count
    })
  }
}

async function outputsTo(hash: string | undefined, address: string): Promise<number[]> {
  const { vout } = await rpc<{ vout: Output[] }>('getrawtransaction', hash, true)
  return vout
    .filter(({ scriptPubKey }) => scriptPubKey.address === address)
    .map(({ value }) => Math.round(value * 1e8))
}

async function scriptOf(hash: string | undefined, address: string): Promise<string> {
  const { vout } = await rpc<{ vout: (Output & { scriptPubKey: { hex: string } })[] }>(
    'getrawtransaction',
    hash,
    true,
  )
  return `raw(${vout.find(({ scriptPubKey }) => scriptPubKey.address === address)?.scriptPubKey.hex})`
}

function byNumber(a: number, b: number): number {
  return a - b
}
