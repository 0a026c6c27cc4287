import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import type { Hex } from 'viem'
import { type EvmTestWorld, newPayee, openTestWorld } from '../../../../../../test/support/evmWorld.ts'
import { type RpcProxy, RpcRefusal, startRpcProxy } from '../../../../../../test/support/rpcProxy.ts'
import type { Chain, Intent, Limits } from '../../chain.ts'

const LIMITS: Limits = { fee_cap: 10n ** 18n, coins: [] }
type Receipt = { status: Hex; blockNumber: Hex; blockHash: Hex; logs: { topics: Hex[]; data: Hex }[] }

describe('evm with several nodes', () => {
  let world: EvmTestWorld
  let one: RpcProxy
  let two: RpcProxy
  let three: RpcProxy
  /** Believes a single node: the control. */
  let naive: Chain
  let chain: Chain
  before(async () => {
    world = await openTestWorld()
    const start = async () => startRpcProxy(world.node.rpc_url)
    ;[one, two, three] = await Promise.all([start(), start(), start()])
    naive = chainOf(two)
    chain = chainOf(one, two)
  })
  after(async () => {
    for (const proxy of [one, two, three]) proxy.close()
    await world.close()
  })
  afterEach(() => {
    for (const proxy of [one, two, three]) {
      proxy.lies.clear()
      proxy.down = false
      proxy.asked.length = 0
    }
  })

  const chainOf = (...proxies: RpcProxy[]) => {
    return world.chainWith({ rpc_url: undefined, rpc_urls: proxies.map(({ url }) => url), timeout_ms: 500 })
  }
  let orders = 0
  const signed = async (other = world.chain) => {
    const payment = { asset: 'USDC', to: newPayee(), amount: 7n } as const
    const planned = await other.plan({ id: `pb_${++orders}`, payments: [payment] }, LIMITS)
    assert.ok(planned.ok, inspect(planned))
    return { intent: planned.intent, ...(await other.sign(planned.intent, await other.chainNonce())) }
  }
  const mined = async () => {
    const payment = await signed()
    assert.equal(await world.chain.broadcast(payment.raw), 'accepted')
    await world.mine(1)
    return payment
  }
  const ok = async (of: Chain, hash: string, intent: Intent) => {
    const status = await of.status(hash, intent)
    return status.state === 'mined' && status.payments.every((payment) => payment.ok)
  }
  const unknown = async (act: Promise<unknown>, message: RegExp) =>
    assert.rejects(act, (error: unknown) => {
      assert.match(inspect(error), message)
      return (error as { kind?: string }).kind === 'unknown'
    })

  it('pays, when they agree, and sends to all of them', async () => {
    const { intent, raw, hash } = await signed(chain)
    assert.equal(await chain.broadcast(raw), 'accepted')
    for (const proxy of [one, two]) assert.ok(proxy.asked.includes('eth_sendRawTransaction'))
    assert.deepEqual(await chain.status(hash, intent), { state: 'waiting' })
    await world.mine(1)
    assert.equal(await ok(chain, hash, intent), true)
    assert.equal(await chain.balance('USDC'), await world.chain.balance('USDC'))
    assert.equal(await chain.chainNonce(), await world.chain.chainNonce())
  })

  it('believes no receipt that the other tells differently', async () => {
    const { intent, hash } = await mined()
    const lies: ((receipt: Receipt) => Receipt)[] = [
      (receipt) => ({ ...receipt, status: '0x0' }),
      (receipt) => ({ ...receipt, blockHash: `0x${'ab'.repeat(32)}` }),
      (receipt) => ({
        ...receipt,
        logs: receipt.logs.map((log) => ({ ...log, data: `0x${'00'.repeat(32)}` })),
      }),
      (receipt) => ({ ...receipt, logs: [] }),
    ]
    for (const lie of lies) {
      two.lies.set('eth_getTransactionReceipt', (receipt) => lie(receipt as Receipt))
      await unknown(chain.status(hash, intent), /different answers/)
      assert.equal(await ok(naive, hash, intent).catch(() => false), false)
    }
    two.lies.clear()
    assert.equal(await ok(chain, hash, intent), true)
  })

  it('believes no receipt of a transaction that the other does not have', async () => {
    const { intent, raw, hash } = await signed()
    await world.chain.broadcast(raw)
    await world.mine(1)
    const receipt = await world.rpc<Receipt>('eth_getTransactionReceipt', hash)
    await world.undo(1)
    await world.mine(1)
    // A payment that never was, in the block that now stands there.
    const { hash: blockHash } = await world.rpc<{ hash: Hex }>(
      'eth_getBlockByNumber',
      receipt.blockNumber,
      false,
    )
    two.lies.set('eth_getTransactionReceipt', () => ({ ...receipt, blockHash }))
    await unknown(chain.status(hash, intent), /contradict each other/)
    assert.equal(await ok(naive, hash, intent), true)
  })

  it('waits for a node that is only behind, and not for one that hides', async () => {
    const { intent, hash } = await mined()
    two.lies.set('eth_getTransactionReceipt', () => null)
    await unknown(chain.status(hash, intent), /contradict each other/)
    two.lies.set('eth_blockNumber', (head) => `0x${(BigInt(head as Hex) - 1n).toString(16)}`)
    assert.deepEqual(await chain.status(hash, intent), { state: 'waiting' })
  })

  it('takes the block that stands there from both', async () => {
    const { intent, hash } = await mined()
    two.lies.set('eth_getBlockByNumber', (block) => ({ ...(block as object), hash: `0x${'cd'.repeat(32)}` }))
    assert.deepEqual(await chain.status(hash, intent), { state: 'waiting' })
  })

  it('calls final what both call final', async () => {
    const { intent, hash } = await mined()
    const finality = async (of: Chain) => {
      const status = await of.status(hash, intent)
      return status.state === 'mined' && status.final
    }
    two.lies.set('eth_getBlockByNumber', (block, [tag]) => {
      return tag === 'finalized' ? { ...(block as object), number: '0xffffff' } : block
    })
    assert.deepEqual([await finality(chain), await finality(naive)], [false, true])
    await world.mine(2)
    assert.equal(await finality(chain), true)
    two.lies.set('eth_getBlockByNumber', (block, [tag]) => {
      return tag === 'finalized' ? { ...(block as object), number: '0x1' } : block
    })
    assert.equal(await finality(chain), false)
  })

  it('believes neither balance nor nonce that differ', async () => {
    const more = (answer: unknown) => `0x${(BigInt(answer as Hex) + 1n).toString(16).padStart(64, '0')}`
    for (const method of ['eth_call', 'eth_getBalance', 'eth_getTransactionCount']) two.lies.set(method, more)
    await unknown(chainOf(one, two).balanceOf('USDC', newPayee()), /different answers|decimals/)
    await unknown(chain.balanceOf('ETH', newPayee()), /different answers/)
    await unknown(chain.chainNonce(), /different answers/)
    assert.equal(await naive.chainNonce(), ((await world.chain.chainNonce()) ?? 0n) + 1n)
  })

  it('passes over a node that does not answer when two others do', async () => {
    const { intent, hash } = await mined()
    two.down = true
    assert.equal(await ok(chainOf(one, two, three), hash, intent), true)
    await unknown(chainOf(one, two).status(hash, intent), /only one node answers/)
    one.down = true
    three.down = true
    await assert.rejects(chainOf(one, two, three).status(hash, intent), { name: 'ProviderError' })
    one.down = false
    two.down = false
    two.lies.set('eth_getTransactionReceipt', () => new RpcRefusal('daily request count exceeded'))
    await unknown(chainOf(one, two).status(hash, intent), /only one node answers.*daily request/)
  })

  it('plans with one node, and asks a dead one last', async () => {
    one.down = true
    const survivor = chainOf(one, two, three)
    const { intent, raw, hash } = await signed(survivor)
    assert.equal(await survivor.broadcast(raw), 'accepted')
    await world.mine(1)
    assert.equal(await ok(survivor, hash, intent), true)
  })

  it('sends nothing while one node is of another chain', async () => {
    const { raw, hash, intent } = await signed()
    three.lies.set('eth_chainId', () => '0x1')
    const mixed = chainOf(one, two, three)
    const refused = { kind: 'refused', message: /chain 1, ethereum is 31337/ }
    await assert.rejects(mixed.broadcast(raw), refused)
    for (const proxy of [one, two, three]) assert.ok(!proxy.asked.includes('eth_sendRawTransaction'))
    const second = chainOf(one, three)
    for (const act of [
      () => second.status(hash, intent),
      () => second.balance('USDC'),
      () => second.chainNonce(),
      () => second.broadcast(raw),
    ]) {
      await assert.rejects(act, refused)
    }
  })

  it('refuses a node whose chain begins with another block', async () => {
    const { hash: genesis } = await world.rpc<{ hash: Hex }>('eth_getBlockByNumber', '0x0', false)
    const pinned = (hash: string) =>
      world.chainWith({ rpc_url: undefined, rpc_urls: [one.url, two.url], genesis: hash })
    assert.equal(await pinned(genesis).chainNonce(), await world.chain.chainNonce())
    const other = `0x${'12'.repeat(32)}`
    await assert.rejects(pinned(other).chainNonce(), { kind: 'refused', message: /begins with block/ })
    two.lies.set('eth_getBlockByNumber', (block, [height]) => {
      return height === '0x0' ? { ...(block as object), hash: other } : block
    })
    await assert.rejects(pinned(genesis).chainNonce(), { kind: 'refused' })
  })

  it('makes one answer of several: a yes counts, a no only when all say no', async () => {
    const says = (text: string) => () => new RpcRefusal(text)
    const cases: [first: string | null, second: string | null, answer: string][] = [
      [null, 'nonce too low', 'accepted'],
      ['nonce too low', null, 'accepted'],
      ['insufficient funds', null, 'accepted'],
      ['insufficient funds', 'nonce too low', 'conflict'],
      ['already known', 'nonce too low', 'known'],
      ['insufficient funds', 'insufficient funds', 'rejected'],
      ['insufficient funds', 'internal error', 'unknown'],
      ['internal error', 'internal error', 'unknown'],
    ]
    for (const [first, second, answer] of cases) {
      const { raw } = await signed()
      one.lies.clear()
      two.lies.clear()
      // Who says no has not taken it: the real node behind it gets it from neither.
      if (first) one.lies.set('eth_sendRawTransaction', says(first))
      if (second) two.lies.set('eth_sendRawTransaction', says(second))
      const told = await chain.broadcast(raw).catch((error: unknown) => (error as { kind: string }).kind)
      const taken = first === null || second === null
      assert.ok(told === answer || (taken && told === 'known'), inspect([first, second, told]))
      await world.mine(1)
    }
    one.lies.clear()
    two.down = true
    assert.equal(await chain.broadcast((await signed()).raw), 'accepted')
  })
})
