import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { ProviderError } from '../../../lib/errors.ts'
import type { Chain, Intent, SignedTransaction, Transfer } from '../../chain.ts'
import { type EvmTestWorld, newPayee, openTestWorld } from '../../../../../../test/support/evmWorld.ts'

type Answer = (body: string, request: IncomingMessage, response: ServerResponse) => void | Promise<void>

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

describe('evm through a node that misbehaves', () => {
  let world: EvmTestWorld
  let chain: Chain
  let url = ''
  let transfer: Transfer
  let signed: SignedTransaction
  let intent: Intent
  let onSend: Answer
  let onReceipt: Answer = (...exchange) => forward(...exchange)
  const forward: Answer = async (body, _, response) => {
    const answer = await fetch(world.node.rpc_url, { method: 'POST', body, headers: JSON_TYPE })
    response.writeHead(200, JSON_TYPE).end(await answer.text())
  }
  // A real node behind it: only sending and receipts are tampered with.
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const method = /eth_sendRawTransaction|eth_getTransactionReceipt/.exec(body)?.[0]
    const answer = method === undefined ? forward : method === 'eth_sendRawTransaction' ? onSend : onReceipt
    await answer(body, request, response)
  }
  const server = createServer((request, response) => void handle(request, response))
  const says =
    (message: string, status = 200): Answer =>
    (body, _, response) => {
      const { id } = JSON.parse(body) as { id: number }
      const error = { code: -32000, message }
      response.writeHead(status, JSON_TYPE).end(JSON.stringify({ jsonrpc: '2.0', id, error }))
    }
  const unknown = async () =>
    assert.rejects(chain.broadcast(signed.raw), (error: unknown) => {
      assert.ok(error instanceof ProviderError && error.kind === 'unknown', inspect(error))
      assert.doesNotMatch(inspect(error, { depth: 9 }), /api-key-in-url/)
      return true
    })

  before(async () => {
    world = await openTestWorld()
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    assert.ok(address && typeof address === 'object')
    url = `http://127.0.0.1:${address.port}/api-key-in-url`
    chain = world.chainWith({ rpc_url: url, timeout_ms: 300 })
    transfer = { asset: 'USDC', to: newPayee(), amount: 7n }
    const order = { id: 'pb_1', payments: [transfer] }
    const planned = await chain.plan(order, { fee_cap: 10n ** 18n, coins: [] })
    assert.ok(planned.ok)
    intent = planned.intent
    signed = await chain.sign(intent, 0n)
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await world.close()
  })

  it('knows what every common node means', async () => {
    for (const [answer, text] of TEXTS) {
      onSend = says(text)
      assert.equal(await chain.broadcast(signed.raw), answer, text)
    }
  })

  it('calls the rest unknown', async () => {
    for (const text of UNCLEAR) {
      onSend = says(text)
      await unknown()
    }
    const bodies: [number, string][] = [
      [200, '<html>'],
      [200, '{}'],
      [200, JSON.stringify({ jsonrpc: '2.0', id: 1, result: `0x${'00'.repeat(32)}` })],
      [200, JSON.stringify({ jsonrpc: '2.0', id: 1, result: null })],
      [429, 'slow down'],
      [502, 'bad gateway'],
    ]
    for (const [status, body] of bodies) {
      onSend = (_, __, response) => void response.writeHead(status, JSON_TYPE).end(body)
      await unknown()
    }
  })

  it('sends once per call: repeating is for the caller to decide', async () => {
    let calls = 0
    onSend = (_, request) => {
      calls += 1
      request.socket.destroy()
    }
    await unknown()
    assert.equal(calls, 1)
    // Never answers.
    onSend = () => {
      calls += 1
    }
    await unknown()
    assert.equal(calls, 2)
  })

  it('finds out after a lost answer that the network has it', async () => {
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'unseen' })
    onSend = async (body, request) => {
      await fetch(world.node.rpc_url, { method: 'POST', body, headers: JSON_TYPE })
      request.socket.destroy()
    }
    await unknown()
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'waiting' })
    onSend = forward
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
    onReceipt = (body, _, response) => {
      const { id } = JSON.parse(body) as { id: number }
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: '2.0', id, result: receipt }))
    }
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'waiting' })
    onReceipt = says('header not found')
    await assert.rejects(chain.status(signed.hash, intent), { kind: 'refused' })
  })
})

const JSON_TYPE = { 'content-type': 'application/json' }
