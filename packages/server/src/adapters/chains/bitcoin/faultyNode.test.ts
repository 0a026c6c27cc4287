import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Chain, Intent, SignedTransaction } from '../../chain.ts'
import {
  type BitcoinTestWorld,
  newPayee,
  openBitcoinWorld,
} from '../../../../../../test/support/bitcoinWorld.ts'
import {
  type Answer,
  type FaultyNode,
  openFaultyNode,
  tells,
  testSending,
} from '../../../../../../test/support/faultyNode.ts'

/** What Bitcoin Core of several versions and btcd say, word for word. */
const TEXTS: readonly (readonly [answer: string, text: string])[] = [
  ['known', 'txn-already-in-mempool'],
  ['known', 'Transaction already in block chain'],
  ['known', 'Transaction outputs already in utxo set'],
  ['known', 'txn-same-nonwitness-data-in-mempool'],
  ['known', 'already have transaction in mempool ab12'],
  ['known', 'transaction already exists in blockchain'],
  ['conflict', 'bad-txns-inputs-missingorspent'],
  ['conflict', 'Missing inputs'],
  ['conflict', 'txn-mempool-conflict'],
  [
    'conflict',
    'insufficient fee, rejecting replacement ab12, less fees than conflicting txs; 0.00000141 < 0.00000282',
  ],
  [
    'conflict',
    'insufficient fee, rejecting replacement ab12; new feerate 0.00001 BTC/kvB <= old feerate 0.00002 BTC/kvB',
  ],
  [
    'conflict',
    'too many potential replacements, rejecting replacement ab12; too many potential replacements (101 > 100)',
  ],
  ['conflict', 'replacement-adds-unconfirmed, replacement ab12 adds unconfirmed input, idx 0'],
  ['conflict', 'bad-txns-spends-conflicting-tx, ab12 spends conflicting transaction cd34'],
  ['conflict', 'output ab12:0 already spent by transaction cd34 in the memory pool'],
  ['conflict', 'orphan transaction ab12 references outputs of unknown or fully-spent transaction cd34'],
  ['conflict', 'replacement transaction ab12 has an insufficient absolute fee: needs 282, has 141'],
  ['rejected', 'min relay fee not met, 100 < 141'],
  ['rejected', 'mempool min fee not met, 141 < 282'],
  ['rejected', 'dust'],
  ['rejected', 'scriptpubkey'],
  ['rejected', 'tx-size'],
  ['rejected', 'too-long-mempool-chain, too many unconfirmed ancestors [limit: 25]'],
  [
    'rejected',
    'mandatory-script-verify-flag-failed (Signature must be zero for failed CHECK(MULTI)SIG operation)',
  ],
  ['rejected', 'non-mandatory-script-verify-flag (Witness program hash mismatch)'],
  ['rejected', 'bad-txns-in-belowout, value in (0.001) < value out (0.002)'],
  ['rejected', 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)'],
  ['rejected', 'max-fee-exceeded'],
  ['rejected', 'TX decode failed. Make sure the tx has at least one input.'],
]

/** Answers that leave open whether the network has the transaction. */
const UNCLEAR = ['Work queue depth exceeded', 'Loading block index...', 'internal error', 'mempool full', '']

/** Answers that are none. */
const BODIES: readonly (readonly [status: number, body: string])[] = [
  [200, '<html>'],
  [200, '{}'],
  [200, JSON.stringify({ result: null, error: null, id: 1 })],
  [429, 'slow down'],
  [502, 'bad gateway'],
  [503, ''],
]

const SEND = 'sendrawtransaction'

/** As Bitcoin Core refuses. */
const says =
  (message: string): Answer =>
  ({ call: { id }, response }) =>
    void response.writeHead(500).end(JSON.stringify({ result: null, error: { code: -26, message }, id }))

describe('bitcoin through a node that misbehaves', () => {
  let world: BitcoinTestWorld
  let node: FaultyNode
  let chain: Chain
  let intent: Intent
  let signed: SignedTransaction

  before(async () => {
    world = await openBitcoinWorld()
    node = await openFaultyNode(world.node.rpc_url)
    chain = world.chainWith({ rpc_url: node.url, timeout_ms: 1_000 })
    const payments = [{ asset: 'BTC', to: newPayee(), amount: 100_000n } as const]
    const coins = (await chain.coins()) ?? []
    const planned = await chain.plan({ id: 'pb_1', payments }, { coins, fee_cap: 1_000_000n })
    assert.ok(planned.ok)
    intent = planned.intent
    signed = await chain.sign(intent, null)
  })
  beforeEach(() => {
    for (const method of [SEND, 'gettransaction', 'getblockhash']) node.on(method, null)
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

  it('does not believe a node that says it took what it does not have', async () => {
    node.on(SEND, tells(signed.hash))
    await unknown()
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'unseen' })
  })

  it('finds out after a lost answer that the network has it', async () => {
    node.on(SEND, async ({ request }, forward) => {
      await forward()
      request.socket.destroy()
    })
    await unknown()
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'waiting' })
    assert.equal(await chain.broadcast(signed.raw), 'known')
    await world.mine(1)
    assert.equal(await chain.broadcast(signed.raw), 'known')
    const status = await chain.status(signed.hash, intent)
    assert.ok(status.state === 'mined' && status.payments[0]?.ok)
  })

  it('does not believe that a transaction is in a block that no longer stands, or another one', async () => {
    const height = await world.rpc<number>('getblockcount')
    const other = await world.rpc<string>('getblockhash', height - 1)
    node.on('getblockhash', ({ call: { id, params }, response }) => {
      assert.deepEqual(params, [height])
      response.end(JSON.stringify({ result: other, error: null, id }))
    })
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'waiting' })
    node.on('getblockhash', null)
    node.on('gettransaction', async ({ response }, forward) => {
      const answer = (await forward()).replace(/"hex":"02/, '"hex":"01')
      response.end(answer)
    })
    await assert.rejects(chain.status(signed.hash, intent), { kind: 'unknown' })
  })
})
