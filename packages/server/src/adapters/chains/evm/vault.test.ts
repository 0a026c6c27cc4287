import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { type Abi, type Address, encodeFunctionData, type Hex, keccak256, toHex } from 'viem'
import usdcArtifact from '../../../../../../contracts/artifacts/TestUSDC.json' with { type: 'json' }
import usdtArtifact from '../../../../../../contracts/artifacts/TestUSDT.json' with { type: 'json' }
import vaultArtifact from '../../../../../../contracts/artifacts/PayoutVault.json' with { type: 'json' }
import { deployed } from '../../../../../../test/support/deployed.ts'
import { type EvmTestWorld, newPayee, openTestWorld } from '../../../../../../test/support/evmWorld.ts'
import { TOKEN_OWNER, VAULT_OWNER } from '../../../../../sandbox/src/chain.ts'
import { AssertionFailed } from '../../../lib/assert.ts'
import type { Chain, Intent, Limits, Order, Transfer } from '../../chain.ts'

const LIMITS: Limits = { fee_cap: 10n ** 18n, coins: [] }

describe('evm with a vault', () => {
  let world: EvmTestWorld
  let chain: Chain
  before(async () => {
    world = await openTestWorld()
    chain = world.chain
  })
  after(() => world.close())

  const act = async (from: Address, to: Address, abi: unknown, functionName: string, ...args: unknown[]) => {
    const data = encodeFunctionData({ abi: abi as Abi, functionName, args })
    const hash = await world.rpc<Hex>('eth_sendTransaction', { from, to, data })
    await world.mine(1)
    const receipt = await world.rpc<{ status: Hex }>('eth_getTransactionReceipt', hash)
    assert.equal(receipt.status, '0x1')
  }
  const usdc = async (name: string, ...args: unknown[]) =>
    act(TOKEN_OWNER, world.node.tokens.USDC, usdcArtifact.abi, name, ...args)
  const usdt = async (name: string, ...args: unknown[]) =>
    act(TOKEN_OWNER, world.node.tokens.USDT, usdtArtifact.abi, name, ...args)
  const vault = async (name: string, ...args: unknown[]) =>
    act(VAULT_OWNER, world.node.vault, vaultArtifact.abi, name, ...args)

  let orders = 0
  const orderOf = (asset: 'USDT' | 'USDC' | 'ETH', count: number): Order => {
    const payments = Array.from({ length: count }, (_, n) => ({
      asset,
      to: newPayee(),
      amount: BigInt(n + 1),
    }))
    return { id: `pb_${++orders}`, payments }
  }
  const planned = async (order: Order, other = chain): Promise<Intent> => {
    const plan = await other.plan(order, LIMITS)
    assert.ok(plan.ok, inspect(plan))
    return plan.intent
  }
  const sent = async (intent: Intent) => {
    const { raw, hash } = await chain.sign(intent, await chain.chainNonce())
    assert.equal(await chain.broadcast(raw), 'accepted')
    await world.mine(1)
    return hash
  }
  const judged = async (hash: string, intent: Intent, other = chain) => {
    const status = await other.status(hash, intent)
    assert.ok(status.state === 'mined', inspect(status))
    return status.payments
  }
  const refusal = async (order: Order, other = chain) => {
    const plan = await other.plan(order, LIMITS)
    assert.ok(!plan.ok)
    return plan
  }

  it('holds a hundred tokens per transaction, and pays the coin from the wallet, alone', async () => {
    assert.deepEqual(
      chain.assets.map((asset) => chain.batchMax(asset)),
      [100, 100, 1],
    )
    const wallet = await chain.walletAddress()
    for (const asset of ['USDT', 'USDC'] as const) {
      assert.equal(await chain.balance(asset), await chain.balanceOf(asset, world.node.vault))
      const intent = await planned(orderOf(asset, 1))
      assert.deepEqual([intent.fields['to'], intent.fields['payer']], [world.node.vault, world.node.vault])
    }
    assert.equal(await chain.balance('ETH'), await chain.balanceOf('ETH', wallet))
    assert.equal((await planned(orderOf('ETH', 1))).fields['payer'], wallet)
  })

  it('makes a hundred payments, and tells the one that the token refused on the way', async () => {
    const order = orderOf('USDC', 100)
    const [barred, amount] = [order.payments[41]?.to, 42n]
    const intent = await planned(order)
    await usdc('blacklist', barred)
    const payments = await judged(await sent(intent), intent)
    assert.deepEqual(payments[41], { ok: false, detail: 'the token refused this payment' })
    assert.equal(payments.filter(({ ok }) => ok).length, 99)
    assert.equal(await chain.balanceOf('USDC', barred as Address), 0n)
    assert.equal(await chain.balanceOf('USDC', order.payments[42]?.to as Address), amount + 1n)
  })

  it('finds the payee that the token bars before anything is sent', async () => {
    for (const [asset, bar] of [
      ['USDC', usdc],
      ['USDT', usdt],
    ] as const) {
      const order = orderOf(asset, 5)
      await bar(asset === 'USDC' ? 'blacklist' : 'addBlackList', order.payments[3]?.to)
      const { reason, payment, detail } = await refusal(order)
      assert.deepEqual([reason, payment], ['transfer_would_fail', 3], detail)
      await planned({ ...order, payments: order.payments.toSpliced(3, 1) })
    }
  })

  it('does not blame a payee when nobody can be paid', async () => {
    await usdc('pause')
    const paused = await refusal(orderOf('USDC', 3))
    assert.deepEqual([paused.reason, paused.payment], ['transfer_would_fail', null])
    await usdc('unpause')
    await vault('setPaused', true)
    const stopped = await refusal(orderOf('USDC', 3))
    assert.deepEqual([stopped.reason, stopped.payment], ['transfer_would_fail', null])
    assert.match(stopped.detail, /IsPaused/)
    await vault('setPaused', false)
    const rich = orderOf('USDC', 2)
    const half = (await chain.balance('USDC')) / 2n + 1n
    const short = await refusal({ ...rich, payments: rich.payments.map((one) => ({ ...one, amount: half })) })
    assert.deepEqual([short.reason, short.payment], ['insufficient_treasury', null])
  })

  it('makes an order once, whatever the database has forgotten', async () => {
    const order = orderOf('USDT', 2)
    const intent = await planned(order)
    // Planned before the first was mined: the chain alone stands in the way.
    const again = await planned(order)
    await sent(intent)
    const { reason, detail } = await refusal(order)
    assert.equal(reason, 'wallet_on_hold')
    assert.ok(detail.includes(keccak256(toHex(order.id))))
    // It reverts. To call its payments failed would be to make them again.
    const hash = await sent(again)
    await assert.rejects(chain.status(hash, again), { kind: 'unknown', message: /in another transaction/ })
    const [first] = order.payments
    assert.equal(await chain.balanceOf('USDT', first?.to as Address), first?.amount)
  })

  it('judges what an earlier vault paid by that vault, and signs nothing for it', async () => {
    const intent = await planned(orderOf('USDC', 2))
    const hash = await sent(intent)
    const elsewhere = world.chainWith({ vault: await ownVault(VAULT_OWNER) })
    const without = world.chainWith({ vault: undefined })
    for (const later of [elsewhere, without]) {
      assert.ok((await judged(hash, intent, later)).every(({ ok }) => ok))
      await assert.rejects(later.sign(intent, 1n), AssertionFailed)
    }
  })

  it('plans nothing with a vault that is not ours to pay from', async () => {
    const wallet = await chain.walletAddress()
    const strange = await deployed(world.node.rpc_url, TOKEN_OWNER, vaultArtifact, [VAULT_OWNER, newPayee()])
    const wrong: [vault: Address, why: RegExp][] = [
      [strange, /has the operator/],
      [newPayee(), /is no PayoutVault/],
      [world.node.tokens.USDC, /is no PayoutVault|has the operator/],
    ]
    for (const [address, why] of wrong) {
      const other = world.chainWith({ vault: address })
      for (const ask of [
        async () => other.plan(orderOf('USDT', 1), LIMITS),
        async () => other.balance('USDT'),
        async () => other.probe(),
      ]) {
        await assert.rejects(ask, { kind: 'refused', message: why })
      }
    }
    // An owner that is the hot wallet: the constructor refuses it, a lying contract might not.
    const owned = await deployed(
      world.node.rpc_url,
      TOKEN_OWNER,
      { abi: [], bytecode: always(wallet as Address) },
      [],
    )
    await assert.rejects(world.chainWith({ vault: owned }).probe(), {
      message: /owned by our own hot wallet/,
    })
  })

  it('never pays into the vault', async () => {
    const { reason, payment } = await refusal({
      ...orderOf('USDC', 1),
      payments: [
        orderOf('USDC', 1).payments[0],
        { asset: 'USDC', to: world.node.vault, amount: 1n },
      ] as Transfer[],
    })
    assert.deepEqual([reason, payment], ['address_not_allowed', 1])
  })

  it('lets no altered batch out', async () => {
    const order = orderOf('USDC', 3)
    const intent = await planned(order)
    const [a, b, c] = order.payments as [Transfer, Transfer, Transfer]
    const altered: Intent[] = [
      { ...intent, id: 'pb_other' },
      { ...intent, payments: [a, b] },
      { ...intent, payments: [b, a, c] },
      { ...intent, payments: [a, b, { ...c, amount: c.amount + 1n }] },
      { ...intent, payments: [a, b, { ...c, to: newPayee() }] },
      { ...intent, payments: order.payments.map((one) => ({ ...one, asset: 'USDT' })) },
      { ...intent, payments: [] },
      { ...intent, fields: { ...intent.fields, to: newPayee() } },
      { ...intent, fields: { ...intent.fields, payer: await chain.walletAddress() } },
    ]
    for (const one of altered) await assert.rejects(chain.sign(one, 0n), AssertionFailed)
    await chain.sign(intent, 0n)
  })

  it('raises both fees by an eighth, rounded up, and to what the network asks', async () => {
    const intent = await planned(orderOf('USDC', 2))
    const other = (max_fee_per_gas: string, max_priority_fee_per_gas: string): Intent => {
      return { ...intent, fields: { ...intent.fields, max_fee_per_gas, max_priority_fee_per_gas } }
    }
    const raised = async (last: Intent, by: 'bump' | 'cancel') => {
      const plan = await chain[by](last, LIMITS)
      assert.ok(plan.ok, inspect(plan))
      const { fields, fee } = plan.intent
      assert.equal(fee, BigInt(fields['gas'] ?? 0) * BigInt(fields['max_fee_per_gas'] ?? 0))
      return [fields['max_fee_per_gas'], fields['max_priority_fee_per_gas']]
    }
    const { baseFeePerGas } = await world.rpc<{ baseFeePerGas: Hex }>('eth_getBlockByNumber', 'latest', false)
    const tip = BigInt(await world.rpc<Hex>('eth_maxPriorityFeePerGas'))
    const now = [String(2n * BigInt(baseFeePerGas) + tip), String(tip)]
    for (const by of ['bump', 'cancel'] as const) {
      const high = other('900000000001', '800000000007')
      assert.deepEqual(await raised(high, by), ['1012500000002', '900000000008'])
      assert.deepEqual(await raised(other('9', '0'), by), now)
    }
    assert.deepEqual((await planned(orderOf('USDC', 2))).fields['data'] === intent.fields['data'], false)
    const bumped = await chain.bump(intent, LIMITS)
    assert.ok(bumped.ok)
    for (const same of ['to', 'data', 'value', 'gas', 'payer', 'chain_id']) {
      assert.equal(bumped.intent.fields[same], intent.fields[same])
    }
  })

  it('cancels with a send of nothing to itself', async () => {
    const intent = await planned(orderOf('USDC', 2))
    const plan = await chain.cancel(intent, LIMITS)
    assert.ok(plan.ok)
    const { to, value, data, gas } = plan.intent.fields
    assert.deepEqual([to, value, data, gas], [await chain.walletAddress(), '0', '0x', '21000'])
    await assert.rejects(chain.sign({ ...plan.intent, payments: intent.payments }, 0n), AssertionFailed)
  })

  const ownVault = async (owner: Address) =>
    deployed(world.node.rpc_url, TOKEN_OWNER, vaultArtifact, [owner, await chain.walletAddress()])
})

/** Creation code of a contract that answers everything with `address`. */
function always(address: Address): Hex {
  const runtime = `73${address.slice(2)}5f5260205ff3`
  return `0x60${(runtime.length / 2).toString(16).padStart(2, '0')}8060095f395ff3${runtime}`
}
