import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { type Abi, type Address, encodeFunctionData, getAddress, type Hex } from 'viem'
import usdcArtifact from '../../../../../../contracts/artifacts/TestUSDC.json' with { type: 'json' }
import usdtArtifact from '../../../../../../contracts/artifacts/TestUSDT.json' with { type: 'json' }
import { TOKEN_OWNER } from '../../../../../sandbox/src/chain.ts'
import type { Chain, Intent, Limits, Transfer } from '../../chain.ts'
import { testChain } from '../../conformance/chain.ts'
import { type EvmTestWorld, newPayee, openTestWorld } from '../../../../../../test/support/evmWorld.ts'

testChain('evm with a vault', openTestWorld)
testChain('evm without a vault', async () => openTestWorld({ vault: false }))

const USDT_ABI = usdtArtifact.abi as Abi
const USDC_ABI = usdcArtifact.abi as Abi

const LIMITS: Limits = { fee_cap: 10n ** 18n, coins: [] }
let orders = 0
const planOne = async (chain: Chain, transfer: Transfer) =>
  chain.plan({ id: `pb_${++orders}`, payments: [transfer] }, LIMITS)

describe('evm, with the tokens and contracts there are', () => {
  let world: EvmTestWorld
  before(async () => {
    world = await openTestWorld({ vault: false })
  })
  after(() => world.close())

  const transferOf = (asset: 'USDT' | 'USDC' | 'ETH', amount = 25_000_000n): Transfer => {
    return { asset, to: newPayee(), amount }
  }
  const asOwner = async (tx: { to?: Address; data: Hex }): Promise<Address | null> => {
    const hash = await world.rpc<Hex>('eth_sendTransaction', { from: TOKEN_OWNER, ...tx })
    await world.mine(1)
    const receipt = await world.rpc<{ status: Hex; contractAddress: Address | null }>(
      'eth_getTransactionReceipt',
      hash,
    )
    assert.equal(receipt.status, '0x1')
    return receipt.contractAddress
  }
  const usdt = async (functionName: string, ...args: unknown[]) =>
    asOwner({ to: world.node.tokens.USDT, data: encodeFunctionData({ abi: USDT_ABI, functionName, args }) })
  const usdc = async (functionName: string, ...args: unknown[]) =>
    asOwner({ to: world.node.tokens.USDC, data: encodeFunctionData({ abi: USDC_ABI, functionName, args }) })
  const deploy = async (bytecode: string): Promise<Address> => {
    const address = await asOwner({ data: bytecode as Hex })
    assert.ok(address)
    return getAddress(address)
  }
  const refused = async (transfer: Transfer, detail: RegExp) => {
    const planned = await planOne(world.chain, transfer)
    assert.ok(!planned.ok && planned.reason === 'transfer_would_fail', inspect(planned))
    assert.match(planned.detail, detail)
  }
  const signed = async (transfer: Transfer, chain = world.chain) => {
    const planned = await planOne(chain, transfer)
    assert.ok(planned.ok, inspect(planned))
    const { raw, hash } = await chain.sign(planned.intent, await chain.chainNonce())
    return { raw, hash, intent: planned.intent, fields: planned.intent.fields }
  }
  const paid = async (transfer: Transfer, chain = world.chain) => {
    const { raw, hash, intent } = await signed(transfer, chain)
    assert.equal(await chain.broadcast(raw), 'accepted')
    await world.mine(1)
    return { hash, intent }
  }
  const judged = async ({ hash, intent }: { hash: string; intent: Intent }) => {
    const status = await world.chain.status(hash, intent)
    assert.ok(status.state === 'mined', inspect(status))
    const [payment] = status.payments
    assert.ok(payment && status.payments.length === 1)
    return { ...payment, fee: status.fee }
  }

  it('holds payouts of a paused token', async () => {
    await usdt('pause')
    await refused(transferOf('USDT'), /without a reason/)
    await usdt('unpause')
    await usdc('pause')
    await refused(transferOf('USDC'), /Pausable: paused/)
    await usdc('unpause')
    for (const asset of ['USDT', 'USDC'] as const) {
      assert.ok((await planOne(world.chain, transferOf(asset))).ok)
    }
  })

  it('holds payouts to or from a blacklisted account', async () => {
    const transfer = transferOf('USDC')
    await usdc('blacklist', transfer.to)
    await refused(transfer, /account is blacklisted/)
    const wallet = await world.chain.walletAddress()
    await usdt('addBlackList', wallet)
    await refused(transferOf('USDT'), /bars 0x\w+, which pays/)
    await usdt('removeBlackList', wallet)
    // Tether would pay this one, and the money would be stuck.
    const barred = transferOf('USDT')
    await usdt('addBlackList', barred.to)
    await refused(barred, /bars 0x/)
  })

  it('holds payouts while USDT takes a fee, and sees the shortfall of one already sent', async () => {
    const transfer = transferOf('USDT', 1_000_000n)
    const planned = await planOne(world.chain, transfer)
    assert.ok(planned.ok)
    // Taking a fee costs gas too. With the gas planned for, the payment would have reverted.
    const fields = { ...planned.intent.fields, gas: '200000' }
    const nonce = await world.chain.chainNonce()
    const intent = {
      ...planned.intent,
      fields,
      fee: 200_000n * BigInt(planned.intent.fields['max_fee_per_gas'] ?? 0),
    }
    const { raw, hash } = await world.chain.sign(intent, nonce)
    await usdt('setParams', 10, 10)
    await refused(transferOf('USDT'), /takes a fee/)
    assert.equal(await world.chain.broadcast(raw), 'accepted')
    await world.mine(1)
    const status = await judged({ hash, intent })
    assert.equal(status.ok, false)
    assert.equal(status.detail, 'the payee received 0.999000 USDT instead of 1.000000')
    await usdt('setParams', 0, 0)
    assert.ok((await judged(await paid(transferOf('USDT')))).ok)
  })

  it('reports a transfer that reverted after it was planned, with the gas it cost', async () => {
    const transfer = transferOf('USDC')
    const { raw, hash, intent } = await signed(transfer)
    await usdc('pause')
    await world.chain.broadcast(raw)
    await world.mine(1)
    const status = await judged({ hash, intent })
    assert.ok(!status.ok && status.detail === 'the transaction reverted' && status.fee > 0n)
    assert.equal(await world.chain.balanceOf('USDC', transfer.to), 0n)
    await usdc('unpause')
  })

  it('does not believe the log of a contract that only looks like the token', async () => {
    const fake = await deploy(usdtArtifact.bytecode)
    const wallet = await world.chain.walletAddress()
    const mint = (functionName: string, args: unknown[]) =>
      asOwner({ to: fake, data: encodeFunctionData({ abi: USDT_ABI, functionName, args }) })
    await mint('issue', [1_000_000_000n])
    await mint('transfer', [wallet, 1_000_000_000n])
    const transfer = transferOf('USDT')
    const status = await judged(await paid(transfer, world.chainWith({ tokens: { USDT: fake } })))
    assert.ok(!status.ok && status.detail === 'no Transfer of the token to the payee was logged')
  })

  it("does not take a stranger's payment for ours", async () => {
    await usdt('issue', 25_000_000n)
    const usdtPayment = transferOf('USDT')
    const data = encodeFunctionData({
      abi: USDT_ABI,
      functionName: 'transfer',
      args: [usdtPayment.to, usdtPayment.amount],
    })
    const from = TOKEN_OWNER
    const tokenHash = await world.rpc<Hex>('eth_sendTransaction', { from, to: world.node.tokens.USDT, data })
    const coinPayment = transferOf('ETH')
    const value = `0x${coinPayment.amount.toString(16)}`
    const coinHash = await world.rpc<Hex>('eth_sendTransaction', { from, to: coinPayment.to, value })
    await world.mine(1)
    const [token, coin] = [(await signed(usdtPayment)).intent, (await signed(coinPayment)).intent]
    assert.equal((await judged({ hash: tokenHash, intent: token })).ok, false)
    assert.equal((await judged({ hash: coinHash, intent: coin })).ok, false)
  })

  it('sends ETH to people with 21,000 gas and to contracts with what they need', async () => {
    assert.equal((await signed(transferOf('ETH'))).fields['gas'], '21000')
    // Counts its payments in storage slot 0.
    const counter: Transfer = { asset: 'ETH', to: await deploy(init('5f546001015f5500')), amount: 5n }
    const { raw, hash, fields, intent } = await signed(counter)
    assert.ok(BigInt(fields['gas'] ?? 0) > 40_000n)
    assert.equal(await world.chain.broadcast(raw), 'accepted')
    await world.mine(1)
    assert.ok((await judged({ hash, intent })).ok)
    assert.equal(await world.chain.balanceOf('ETH', counter.to), 5n)
    await refused({ ...counter, to: await deploy(init('5f5ffd')) }, /without a reason/)
  })

  it('refuses a token that says no by returning false', async () => {
    const lying = await deploy(init(FALSE_TOKEN))
    const chain = world.chainWith({ tokens: { USDC: lying } })
    const planned = await planOne(chain, transferOf('USDC'))
    assert.ok(!planned.ok && planned.reason === 'transfer_would_fail')
    assert.equal(planned.detail, 'the token returned false')
  })

  it('refuses a token address that holds no token or another count of decimals', async () => {
    const nothing = world.chainWith({ tokens: { USDC: newPayee() } })
    await assert.rejects(nothing.balance('USDC'), { kind: 'refused' })
    // Answers 18 to everything.
    const eighteen = world.chainWith({ tokens: { USDC: await deploy(init('60125f5260205ff3')) } })
    await assert.rejects(eighteen.balance('USDC'), { kind: 'refused' })
  })

  it('holds what it has the tokens but not the gas for', async () => {
    const amount = 9n
    await paid({ asset: 'USDC', to: await world.penniless.walletAddress(), amount })
    const planned = await planOne(world.penniless, { asset: 'USDC', to: newPayee(), amount })
    assert.ok(!planned.ok && planned.reason === 'insufficient_treasury')
    assert.match(planned.detail, /holds 0 wei of ETH/)
  })

  it('stays payable when the base fee rises by three full blocks', async () => {
    const transfer = transferOf('USDC')
    const { raw, hash, fields, intent } = await signed(transfer)
    const { baseFeePerGas } = await world.rpc<{ baseFeePerGas: Hex }>('eth_getBlockByNumber', 'latest', false)
    const tip = BigInt(fields['max_priority_fee_per_gas'] ?? 0)
    assert.equal(BigInt(fields['max_fee_per_gas'] ?? 0), 2n * BigInt(baseFeePerGas) + tip)
    const risen = (BigInt(baseFeePerGas) * 1_424n) / 1_000n
    await world.rpc('anvil_setNextBlockBaseFeePerGas', `0x${risen.toString(16)}`)
    assert.equal(await world.chain.broadcast(raw), 'accepted')
    await world.mine(1)
    const { ok, fee } = await judged({ hash, intent })
    assert.ok(ok && fee < BigInt(fields['gas'] ?? 0) * BigInt(fields['max_fee_per_gas'] ?? 0))
  })

  it('tells a gap, a poor sender and a used nonce apart', async () => {
    const planned = await planOne(world.chain, transferOf('USDC'))
    assert.ok(planned.ok)
    const nonce = (await world.chain.chainNonce()) ?? 0n
    const old = await world.chain.sign(planned.intent, nonce - 1n)
    assert.equal(await world.chain.broadcast(old.raw), 'conflict')
    const payer = await world.penniless.walletAddress()
    const fields = { ...planned.intent.fields, payer }
    const poor = await world.penniless.sign({ ...planned.intent, fields }, 0n)
    assert.equal(await world.chain.broadcast(poor.raw), 'rejected')
    const later = await world.chain.sign(planned.intent, nonce + 1n)
    assert.equal(await world.chain.broadcast(later.raw), 'accepted')
    assert.deepEqual(await world.chain.status(later.hash, planned.intent), { state: 'waiting' })
    const now = await world.chain.sign(planned.intent, nonce)
    assert.equal(await world.chain.broadcast(now.raw), 'accepted')
    await world.mine(2)
    for (const { hash } of [now, later]) assert.ok((await judged({ hash, intent: planned.intent })).ok)
  })

  it('notices when a reorg puts other blocks in place of ours', async () => {
    const transfer = transferOf('USDT')
    const { raw, hash, intent } = await signed(transfer)
    await world.chain.broadcast(raw)
    await world.mine(2)
    await world.rpc('anvil_reorg', 2, [])
    assert.deepEqual(await world.chain.status(hash, intent), { state: 'unseen' })
    assert.equal(await world.chain.broadcast(raw), 'accepted')
    await world.mine(1)
    assert.ok((await judged({ hash, intent })).ok)
  })

  it('pays no ETH where the coin is another', async () => {
    const polygon = world.chainWith({ coin: 'POL' })
    assert.deepEqual(polygon.assets, ['USDT', 'USDC'])
    await assert.rejects(planOne(polygon, transferOf('ETH')), { name: 'AssertionFailed' })
    await assert.rejects(world.chain.balance('BTC'), { name: 'AssertionFailed' })
  })
})

/** Creation code that deploys `runtime` as it is. */
function init(runtime: string): string {
  return `0x60${(runtime.length / 2).toString(16).padStart(2, '0')}8060095f395ff3${runtime}`
}

// By the size of the call data: `decimals()` is 6, `balanceOf(a)` is 2 to the 40th, `transfer(a,n)` is false.
const FALSE_TOKEN = '600436146006026024361460281b015f5260205ff3'
