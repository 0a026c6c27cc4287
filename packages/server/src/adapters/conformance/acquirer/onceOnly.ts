import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LossyOperation } from './harness.ts'
import { newInput, newKey, providerError, usd, type Subject } from './subject.ts'

/** The same key has one effect, whatever is lost on the way. */
export function onceOnly(subject: Subject): void {
  describe('one key, one effect', () => {
    it('returns the same payment for the same key', async () => {
      const input = newInput()
      const key = newKey()
      const first = await subject.harness().acquirer.createPayment(input, key)
      assert.deepEqual(await subject.harness().acquirer.createPayment(input, key), first)
      assert.equal((await subject.harness().book(input.reference)).payments, 1)
    })

    it('refuses other arguments under a used key', async () => {
      const input = newInput()
      const key = newKey()
      await subject.harness().acquirer.createPayment(input, key)
      const other = { ...input, amount: usd(input.amount.amount + 1n) }
      await assert.rejects(subject.harness().acquirer.createPayment(other, key), providerError('refused'))
      const { payment } = await subject.captured(5000n)
      const refundKey = newKey()
      await subject.harness().acquirer.refund(payment.ref, usd(100n), refundKey)
      await assert.rejects(
        subject.harness().acquirer.refund(payment.ref, usd(200n), refundKey),
        providerError('refused'),
      )
      assert.equal((await subject.harness().acquirer.retrieve(payment.ref)).refunded, 100n)
    })

    it('captures and refunds once however often it is told', async () => {
      const { reference, payment } = await subject.authorized(5000n)
      const captureKey = newKey()
      const refundKey = newKey()
      for (let i = 0; i < 3; i++)
        await subject.harness().acquirer.capture(payment.ref, usd(5000n), captureKey)
      const refunds: string[] = []
      for (let i = 0; i < 3; i++) {
        refunds.push((await subject.harness().acquirer.refund(payment.ref, usd(700n), refundKey)).ref)
      }
      assert.equal(new Set(refunds).size, 1)
      const { captured: taken, refunded } = await subject.harness().book(reference)
      assert.deepEqual([taken, refunded], [5000n, 700n])
    })

    it('lets twins that run at once have one effect', async () => {
      const { input, payment } = await subject.created()
      const token = await subject.harness().token(input.session, 'approved')
      const key = newKey()
      const twins = Array.from({ length: 8 }, () =>
        subject.harness().acquirer.confirm(payment.ref, token, key),
      )
      for (const result of await Promise.allSettled(twins)) {
        if (result.status === 'fulfilled') assert.equal(result.value.state, 'authorized')
        else providerError('unknown')(result.reason)
      }
      assert.equal((await subject.harness().acquirer.confirm(payment.ref, token, key)).state, 'authorized')
      assert.equal((await subject.harness().book(input.reference)).authorizations, 1)
    })

    for (const how of ['answer_cut', 'answer_500', 'request_cut', 'request_500'] as const) {
      it(`charges once through ${how} at every step`, async () => {
        const input = newInput(4999n)
        const twice = async <T>(operation: LossyOperation, call: () => Promise<T>): Promise<T> => {
          await subject.harness().spoil(operation, how)
          await assert.rejects(call(), providerError('unknown'))
          return call()
        }
        const keys = { create: newKey(), confirm: newKey(), capture: newKey(), refund: newKey() }
        const { ref } = await twice('create', () =>
          subject.harness().acquirer.createPayment(input, keys.create),
        )
        const token = await subject.harness().token(input.session, 'approved')
        const held = await twice('confirm', () =>
          subject.harness().acquirer.confirm(ref, token, keys.confirm),
        )
        assert.equal(held.state, 'authorized')
        await twice('capture', () => subject.harness().acquirer.capture(ref, usd(4999n), keys.capture))
        await twice('refund', () => subject.harness().acquirer.refund(ref, usd(500n), keys.refund))
        assert.deepEqual(await subject.harness().book(input.reference), {
          payments: 1,
          authorizations: 1,
          authorized: 4999n,
          captured: 4999n,
          refunded: 500n,
        })
      })
    }
  })
}
