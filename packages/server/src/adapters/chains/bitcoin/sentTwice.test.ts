import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Chain, SignedTransaction, Transfer } from '../../chain.ts'
import { type FaultyNode, openFaultyNode } from '../../../../../../test/support/faultyNode.ts'
import {
  type BitcoinTestWorld,
  newPayee,
  openBitcoinWorld,
} from '../../../../../../test/support/bitcoinWorld.ts'

/**
 * A node that takes a transaction and whose answer is lost. What a sender does next decides whether the payee is paid
 * once: BTCPay, Bitcart and Bull Bitcoin each had payouts sent twice here.
 */
describe('a batch whose sending timed out', () => {
  let world: BitcoinTestWorld
  let proxy: FaultyNode
  let chain: Chain
  let reserved: string[] = []
  before(async () => {
    world = await openBitcoinWorld()
    proxy = await openFaultyNode(world.node.rpc_url)
    chain = world.chainWith({ rpc_url: proxy.url })
  })
  after(async () => {
    proxy.close()
    await world.close()
  })

  /** As if nothing had been before: free coins, today's fee, a signature. */
  const build = async (payments: readonly Transfer[]): Promise<SignedTransaction> => {
    const coins = ((await chain.coins()) ?? []).filter(({ outpoint }) => !reserved.includes(outpoint))
    const planned = await chain.plan({ id: 'pb_1', payments }, { coins, fee_cap: 1_000_000n })
    assert.ok(planned.ok)
    reserved = [...reserved, ...planned.intent.coins]
    return await chain.sign(planned.intent, null)
  }
  const loseTheAnswer = () =>
    proxy.on('sendrawtransaction', async ({ request }, forward) => {
      await forward()
      proxy.on('sendrawtransaction', null)
      request.socket.destroy()
    })
  const paymentsOf = (): Transfer[] => [
    { asset: 'BTC', to: newPayee(), amount: 150_000n },
    { asset: 'BTC', to: newPayee(), amount: 250_000n },
  ]
  const received = async (payments: readonly Transfer[]) =>
    Promise.all(
      payments.map(async ({ to, amount }) => Number(await chain.balanceOf('BTC', to)) / Number(amount)),
    )

  it('is paid twice by a sender that builds it anew', async () => {
    const payments = paymentsOf()
    loseTheAnswer()
    await assert.rejects(chain.broadcast((await build(payments)).raw), { kind: 'unknown' })
    assert.equal(await chain.broadcast((await build(payments)).raw), 'accepted')
    await world.mine(1)
    assert.deepEqual(await received(payments), [2, 2])
  })

  it('is paid once by a sender that sends the stored bytes again, however often', async () => {
    const payments = paymentsOf()
    const { raw } = await build(payments)
    loseTheAnswer()
    await assert.rejects(chain.broadcast(raw), { kind: 'unknown' })
    for (let i = 0; i < 3; i++) assert.equal(await chain.broadcast(raw), 'known')
    await world.mine(1)
    for (let i = 0; i < 3; i++) assert.equal(await chain.broadcast(raw), 'known')
    await world.mine(1)
    assert.deepEqual(await received(payments), [1, 1])
  })
})
