import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inspect } from 'node:util'
import type { Hands } from './hands.ts'

/** Payments are made whole, once, and judged one by one. Registers its tests. */
export function testPayments(of: () => Hands): void {
  it('pays every asset it lists to the last unit, and once however often it is sent', async () => {
    const { world, chain, transferOf, plan, intentOf, mined, usedSince } = of()
    for (const asset of chain.assets) {
      const transfer = transferOf(asset)
      const nonce = await chain.chainNonce()
      const before = await chain.balance(asset)
      const intent = intentOf(await plan(transfer))
      const { raw, hash } = await chain.sign(intent, nonce)
      assert.deepEqual(await chain.status(hash, intent), { state: 'unseen' })
      assert.equal(await chain.broadcast(raw), 'accepted')
      assert.equal(await chain.broadcast(raw), 'known')
      assert.deepEqual(await chain.status(hash, intent), { state: 'waiting' })
      assert.equal(await chain.balanceOf(asset, transfer.to), 0n)
      await world.mine(1)
      const status = await mined(hash, intent)
      assert.deepEqual(status.payments, [{ ok: true, detail: null }])
      assert.ok(status.confirmations === 1 && !status.final)
      assert.ok(status.fee > 0n && status.fee <= intent.fee, inspect([status.fee, intent.fee]))
      assert.ok(['known', 'conflict'].includes(await chain.broadcast(raw)))
      await world.mine(1)
      assert.equal(await chain.balanceOf(asset, transfer.to), transfer.amount)
      assert.ok([1n, null].includes(await usedSince(nonce)))
      const spent = before - (await chain.balance(asset))
      assert.ok(spent === transfer.amount || spent === transfer.amount + status.fee, `${asset}: ${spent}`)
    }
  })

  it('pays several at once, and judges each', async () => {
    const { world, chain, transferOf, plan, intentOf, sent, verdicts, usedSince } = of()
    for (const asset of chain.assets.filter((one) => chain.batchMax(one) > 1)) {
      const [one, other] = [transferOf(asset), transferOf(asset)]
      const nonce = await chain.chainNonce()
      // Twice the same: two payments that only their number tells apart.
      const intent = intentOf(await plan(one, other, one))
      const { hash } = await sent(intent)
      await world.mine(1)
      assert.deepEqual(await verdicts(hash, intent), [true, true, true])
      const more = { ...intent, payments: [...intent.payments, one] }
      assert.deepEqual((await verdicts(hash, more)).filter(Boolean).length, 3)
      assert.equal(await chain.balanceOf(asset, one.to), 2n * one.amount)
      assert.equal(await chain.balanceOf(asset, other.to), other.amount)
      assert.ok([1n, null].includes(await usedSince(nonce)))
    }
  })

  it('names the payment that cannot be made, and takes no more than fit', async () => {
    const { chain, transferOf, plan, first } = of()
    const asset = first()
    const most = chain.batchMax(asset)
    const payments = Array.from({ length: most + 1 }, () => transferOf(asset))
    await assert.rejects(plan(...payments), { name: 'AssertionFailed' })
    await assert.rejects(plan(), { name: 'AssertionFailed' })
    if (most === 1) return
    const wallet = await chain.walletAddress()
    const planned = await plan(transferOf(asset), { ...transferOf(asset), to: wallet }, transferOf(asset))
    assert.ok(!planned.ok && planned.payment === 1, inspect(planned))
  })

  it('calls a transfer final after its blocks and not before', async () => {
    const { world, transferOf, plan, intentOf, sent, mined, first } = of()
    const intent = intentOf(await plan(transferOf(first())))
    const { hash } = await sent(intent)
    await world.mine(world.blocks_to_final)
    const early = await mined(hash, intent)
    assert.equal(early.final, false)
    await world.mine(1)
    const late = await mined(hash, intent)
    assert.deepEqual(
      [late.final, late.confirmations, late.block_hash],
      [true, world.blocks_to_final + 1, early.block_hash],
    )
  })

  it('signs the same bytes for the same intent and nonce, and other bytes for another', async () => {
    const { chain, transferOf, plan, intentOf, first } = of()
    const intent = intentOf(await plan(transferOf(first())))
    const stored = structuredClone(intent)
    const nonce = (await chain.chainNonce()) === null ? null : 7n
    const one = await chain.sign(intent, nonce)
    assert.deepEqual(await chain.sign(stored, nonce), one)
    if (nonce !== null) assert.notEqual((await chain.sign(stored, nonce + 1n)).hash, one.hash)
    assert.deepEqual(JSON.parse(JSON.stringify(intent.fields)), intent.fields)
    assert.deepEqual(JSON.parse(JSON.stringify(intent.coins)), intent.coins)
  })

  it('does not take one transfer for another', async () => {
    const { world, transferOf, plan, intentOf, sent, verdicts, first } = of()
    const transfer = transferOf(first())
    const intent = intentOf(await plan(transfer))
    const { hash } = await sent(intent)
    await world.mine(1)
    const more = { ...transfer, amount: transfer.amount + 1n }
    const elsewhere = { ...transfer, to: world.newPayee() }
    for (const other of [more, elsewhere]) {
      assert.deepEqual(await verdicts(hash, { ...intent, payments: [other] }), [false])
    }
    assert.deepEqual(await verdicts(hash, intent), [true])
  })

  it('survives a reorg by sending the same bytes again', async () => {
    const { world, chain, transferOf, plan, intentOf, sent, mined, verdicts, first } = of()
    const transfer = transferOf(first())
    const intent = intentOf(await plan(transfer))
    const { raw, hash } = await sent(intent)
    await world.mine(1)
    await mined(hash, intent)
    await world.undo(1)
    assert.deepEqual(await chain.status(hash, intent), { state: 'unseen' })
    assert.equal(await chain.balanceOf(transfer.asset, transfer.to), 0n)
    assert.equal(await chain.broadcast(raw), 'accepted')
    await world.mine(1)
    assert.deepEqual(await verdicts(hash, intent), [true])
    assert.equal(await chain.balanceOf(transfer.asset, transfer.to), transfer.amount)
  })
}
