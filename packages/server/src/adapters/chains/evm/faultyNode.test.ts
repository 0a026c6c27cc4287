import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Chain, Intent, SignedTransaction, Transfer } from '../../chain.ts'
import { type EvmTestWorld, newPayee, openTestWorld } from '../../../../../../test/support/evmWorld.ts'
import {
  type Answer,
  type FaultyNode,
  openFaultyNode,
  tells,
  testSending,
} from '../../../../../../test/support/faultyNode.ts'

/** What real nodes say, word for word. */
const TEXTS: readonly (readonly [answer: string, text: string])[] = [
  ['known', 'already known'],
  ['known', 'transaction already imported'],
  ['known', 'Known transaction'],
  ['known', 'AlreadyKnown'],
  ['known', 'ALREADY_EXISTS: already known'],
  ['conflict', 'nonce too low'],
  ['conflict', 'nonce too low: next nonce 8, tx nonce 7'],
  ['conflict', 'Nonce too low'],
  ['conflict', 'OldNonce'],
  ['rejected', 'replacement transaction underpriced'],
  ['rejected', 'transaction underpriced: gas tip cap 1, minimum needed 25000000000'],
  ['rejected', 'insufficient funds for gas * price + value: balance 0, tx cost 1'],
  ['rejected', 'Insufficient funds for gas * price + value'],
  ['rejected', 'intrinsic gas too low: gas 20000, minimum needed 21000'],
  ['rejected', 'exceeds block gas limit'],
  ['rejected', 'max fee per gas less than block base fee: address 0x, maxFeePerGas: 1, baseFee: 9'],
  ['rejected', 'tx fee (2.10 ether) exceeds the configured cap (1.00 ether)'],
  ['rejected', 'nonce too high'],
  ['rejected', 'invalid sender'],
  ['rejected', 'invalid chain id for signer: have 1 want 8453'],
]

/** Answers that leave open whether the network has the transaction. */
const UNCLEAR = ['internal error', 'txpool is full', 'request timed out', 'daily request count exceeded', '']

/** Answers that are none, or say that another transaction was taken. */
const BODIES: readonly (readonly [status: number, body: string])[] = [
  [200, '<html>'],
  [200, '{}'],
  [200, JSON.stringify({ jsonrpc: '2.0', id: 1, result: `0x${'00'.repeat(32)}` })],
  [200, JSON.stringify({ jsonrpc: '2.0', id: 1, result: null })],
  [429, 'slow down'],
  [502, 'bad gateway'],
]

const SEND = 'eth_sendRawTransaction'
const RECEIPT = 'eth_getTransactionReceipt'

const says =
  (message: string): Answer =>
  ({ call: { id }, response }) =>
    void response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message } }))

describe('evm through a node that misbehaves', () => {
  let world: EvmTestWorld
  let node: FaultyNode
  let chain: Chain
  let transfer: Transfer
  let signed: SignedTransaction
  let intent: Intent

  before(async () => {
    world = await openTestWorld()
    node = await openFaultyNode(world.node.rpc_url)
    chain = world.chainWith({ rpc_url: node.url, timeout_ms: 300 })
    transfer = { asset: 'USDC', to: newPayee(), amount: 7n }
    const order = { id: 'pb_1', payments: [transfer] }
    const planned = await chain.plan(order, { fee_cap: 10n ** 18n, coins: [] })
    assert.ok(planned.ok)
    intent = planned.intent
    signed = await chain.sign(intent, 0n)
  })
  beforeEach(() => {
    for (const method of [SEND, RECEIPT]) node.on(method, null)
  })
  after(async () => {
    node.close()
    await world.close()
  })

  const { unknown } = testSending({
    now: () => ({ chain, signed, node }),
    method: SEND,
    says,
    texts: TEXTS,
    unclear: UNCLEAR,
    bodies: BODIES,
  })

  it('finds out after a lost answer that the network has it', async () => {
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'unseen' })
    node.on(SEND, async ({ request }, forward) => {
      await forward()
      request.socket.destroy()
    })
    await unknown()
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'waiting' })
    node.on(SEND, null)
    assert.equal(await chain.broadcast(signed.raw), 'known')
    await world.mine(1)
    assert.equal(await chain.broadcast(signed.raw), 'conflict')
    const status = await chain.status(signed.hash, intent)
    assert.ok(status.state === 'mined' && status.payments[0]?.ok)
    assert.equal(await chain.balanceOf('USDC', transfer.to), 7n)
  })

  it('does not believe a receipt of a block that no longer stands', async () => {
    const receipt = await world.rpc<object>('eth_getTransactionReceipt', signed.hash)
    await world.rpc('anvil_reorg', 1, [])
    await world.mine(3)
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'unseen' })
    node.on(RECEIPT, tells(receipt))
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'waiting' })
    node.on(RECEIPT, says('header not found'))
    await assert.rejects(chain.status(signed.hash, intent), { kind: 'refused' })
  })
})
