import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inspect } from 'node:util'
import { ProviderError } from '../../../lib/errors.ts'
import type { Chain, Intent, SignedTransaction } from '../../chain.ts'
import { NO_CAP, type Hands } from './hands.ts'

/** What the node is, and what happens when it is the wrong one or none. Registers its tests. */
export function testNodes(of: () => Hands): void {
  it('says how the network and the wallet are', async () => {
    const { world, chain } = of()
    const before = await chain.probe()
    await world.mine(1)
    const after = await chain.probe()
    assert.equal(after.block_number, before.block_number + 1n)
    assert.ok(after.block_time >= before.block_time && before.block_time > 1_600_000_000)
    assert.ok(after.fuel.amount > 0n)
    assert.equal(after.fuel.coin, chain.fee_coin)
    assert.deepEqual((await world.penniless.probe()).fuel, { coin: after.fuel.coin, amount: 0n })
  })

  it('does nothing on a node of another network', async () => {
    const { world, chain, transferOf, orderOf, plan, intentOf, first } = of()
    const intent = intentOf(await plan(transferOf(first())))
    const signed = await chain.sign(intent, await chain.chainNonce())
    for (const call of networkCalls(world.misconfigured, signed, intent)) {
      await assert.rejects(call, (error: unknown) => error instanceof ProviderError)
    }
    // An address of this network may be none of the other.
    const planned = await world.misconfigured
      .plan(orderOf(transferOf(first())), { fee_cap: NO_CAP, coins: [] })
      .catch((error: unknown) => error)
    assert.ok(planned instanceof ProviderError || !(planned as { ok: boolean }).ok, inspect(planned))
    assert.deepEqual(await chain.status(signed.hash, intent), { state: 'unseen' })
  })

  it('says so when its node is down, without quoting the URL', async () => {
    const { world, chain, transferOf, orderOf, limits, intentOf, first } = of()
    const coins = await limits()
    const intent = intentOf(await chain.plan(orderOf(transferOf(first())), coins))
    const signed = await chain.sign(intent, await chain.chainNonce())
    const { unreachable } = world
    const calls = [
      ...networkCalls(unreachable, signed, intent),
      async () => unreachable.plan(orderOf(transferOf(first())), coins),
      async () => unreachable.bump(intent, coins),
      async () => unreachable.cancel(intent, coins),
    ]
    for (const call of calls) {
      await assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof ProviderError && error.kind !== 'refused', inspect(error))
        assert.doesNotMatch(inspect(error, { depth: 9 }), /api-key-in-url/)
        return true
      })
    }
    await assert.rejects(unreachable.broadcast(signed.raw), { kind: 'unknown' })
  })
}

/** Every call that has to ask the network. */
function networkCalls(
  chain: Chain,
  { raw, hash }: SignedTransaction,
  intent: Intent,
): (() => Promise<unknown>)[] {
  const [payment] = intent.payments
  assert.ok(payment)
  return [
    ...(intent.coins.length > 0 ? [async () => chain.coins()] : [async () => chain.chainNonce()]),
    async () => chain.balance(payment.asset),
    async () => chain.balanceOf(payment.asset, payment.to),
    async () => chain.broadcast(raw),
    async () => chain.status(hash, intent),
    async () => chain.probe(),
  ]
}
