import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inspect } from 'node:util'
import type { Intent } from '../../chain.ts'
import type { Hands } from './hands.ts'

/** Versions of one transaction: of all of them one at most is mined. Registers its tests. */
export function testReplacements(of: () => Hands): void {
  it('raises the fee: versions conflict, and one of them is mined', async () => {
    const { world, chain, transferOf, limits, plan, intentOf, sent, verdicts, first, usedSince } = of()
    const transfer = transferOf(first())
    const nonce = await chain.chainNonce()
    const slow = intentOf(await plan(transfer))
    const old = await sent(slow)
    const fast = intentOf(await chain.bump(slow, await limits()))
    assert.ok(fast.fee * 8n >= slow.fee * 9n, inspect([slow.fee, fast.fee]))
    assert.deepEqual([fast.id, fast.payments, fast.coins], [slow.id, slow.payments, slow.coins])
    const bumped = await chain.sign(fast, nonce)
    assert.equal(await chain.broadcast(bumped.raw), 'accepted')
    await world.mine(1)
    assert.deepEqual(await verdicts(bumped.hash, fast), [true])
    assert.equal(await chain.broadcast(old.raw), 'conflict')
    assert.deepEqual(await chain.status(old.hash, slow), { state: 'unseen' })
    await world.mine(1)
    assert.equal(await chain.balanceOf(transfer.asset, transfer.to), transfer.amount)
    assert.ok([1n, null].includes(await usedSince(nonce)))
  })

  it('raises a raised fee again, and an older version may still be the one that is mined', async () => {
    const { world, chain, transferOf, limits, plan, intentOf, verdicts, first } = of()
    const transfer = transferOf(first())
    const nonce = await chain.chainNonce()
    const versions = [intentOf(await plan(transfer))]
    for (let n = 0; n < 2; n++) {
      versions.push(intentOf(await chain.bump(versions.at(-1) as Intent, await limits())))
    }
    const signed = await Promise.all(versions.map((version) => chain.sign(version, nonce)))
    assert.equal(new Set(signed.map(({ hash }) => hash)).size, 3)
    const [, middle, last] = signed
    assert.ok(middle && last && versions[1])
    assert.equal(await chain.broadcast(middle.raw), 'accepted')
    await world.mine(1)
    assert.equal(await chain.broadcast(last.raw), 'conflict')
    assert.deepEqual(await verdicts(middle.hash, versions[1]), [true])
  })

  it('cancels: nothing is paid, and nothing can be any more', async () => {
    const { world, chain, transferOf, limits, plan, intentOf, sent, mined, first, usedSince } = of()
    const transfer = transferOf(first())
    const nonce = await chain.chainNonce()
    const before = await chain.balance(transfer.asset)
    const intent = intentOf(await plan(transfer))
    const old = await sent(intent)
    const nothing = intentOf(await chain.cancel(intent, await limits()))
    assert.deepEqual([nothing.id, nothing.payments], [intent.id, []])
    const cancelled = await chain.sign(nothing, nonce)
    assert.equal(await chain.broadcast(cancelled.raw), 'accepted')
    await world.mine(1)
    const { payments, fee } = await mined(cancelled.hash, nothing)
    assert.deepEqual(payments, [])
    assert.equal(await chain.broadcast(old.raw), 'conflict')
    assert.equal(await chain.balanceOf(transfer.asset, transfer.to), 0n)
    const lost = before - (await chain.balance(transfer.asset))
    assert.ok(lost === 0n || lost === fee)
    assert.ok([1n, null].includes(await usedSince(nonce)))
  })
}
