import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newKey, providerError, usd, type Subject } from './subject.ts'

/** What moves a payment, and what may not. */
export function lifecycle(subject: Subject): void {
  describe('the way of a payment', () => {
    it('goes from created to authorized to captured to refunded', async () => {
      const { input, payment } = await subject.created(4999n)
      assert.equal(payment.state, 'requires_method')
      assert.equal(payment.reference, input.reference)
      assert.deepEqual(payment.amount, usd(4999n))
      assert.equal(payment.card, null)

      const token = await subject.harness().token(input.session, 'approved')
      const held = await subject.harness().acquirer.confirm(payment.ref, token, newKey())
      assert.equal(held.state, 'authorized')
      assert.match(held.card?.last_four ?? '', /^[0-9]{4}$/)
      assert.deepEqual([held.captured, held.refunded, held.failure], [0n, 0n, null])

      const taken = await subject.harness().acquirer.capture(payment.ref, usd(4999n), newKey())
      assert.deepEqual([taken.state, taken.captured], ['captured', 4999n])

      const back = await subject.harness().acquirer.refund(payment.ref, usd(1000n), newKey())
      assert.deepEqual([back.state, back.amount], ['succeeded', 1000n])
      const now = await subject.harness().acquirer.retrieve(payment.ref)
      assert.deepEqual([now.captured, now.refunded, now.reference], [4999n, 1000n, input.reference])
    })

    it('gives an authorisation back', async () => {
      const { reference, payment } = await subject.authorized()
      assert.equal((await subject.harness().acquirer.void(payment.ref, newKey())).state, 'voided')
      assert.equal((await subject.harness().book(reference)).captured, 0n)
      await assert.rejects(
        subject.harness().acquirer.capture(payment.ref, payment.amount, newKey()),
        providerError('refused'),
      )
    })

    it('keeps every amount exact', async () => {
      for (const amount of [1n, 99n, 100n, 1001n, 4999n, 8_675_309n, 99_999_999n]) {
        const { reference, payment } = await subject.captured(amount)
        assert.deepEqual([payment.amount, payment.captured], [usd(amount), amount])
        assert.deepEqual(await subject.harness().book(reference), {
          payments: 1,
          authorizations: 1,
          authorized: amount,
          captured: amount,
          refunded: 0n,
        })
      }
    })

    it('takes a part of an authorisation', async () => {
      const { reference, payment } = await subject.authorized(5000n)
      const part = await subject.harness().acquirer.capture(payment.ref, usd(1234n), newKey())
      assert.deepEqual([part.state, part.captured], ['captured', 1234n])
      assert.equal((await subject.harness().book(reference)).captured, 1234n)
    })

    it('refuses to move more than there is', async () => {
      const { payment } = await subject.authorized(5000n)
      await assert.rejects(
        subject.harness().acquirer.capture(payment.ref, usd(5001n), newKey()),
        providerError('refused'),
      )
      await subject.harness().acquirer.capture(payment.ref, usd(5000n), newKey())
      await subject.harness().acquirer.refund(payment.ref, usd(3000n), newKey())
      await assert.rejects(
        subject.harness().acquirer.refund(payment.ref, usd(2001n), newKey()),
        providerError('refused'),
      )
      await assert.rejects(
        subject.harness().acquirer.capture(payment.ref, usd(1n), newKey()),
        providerError('refused'),
      )
      const now = await subject.harness().acquirer.retrieve(payment.ref)
      assert.deepEqual([now.captured, now.refunded], [5000n, 3000n])
    })

    it('refuses a payment that it does not know', async () => {
      const { payment } = await subject.created()
      const other = `${payment.ref.slice(0, -1)}${payment.ref.endsWith('a') ? 'b' : 'a'}`
      await assert.rejects(subject.harness().acquirer.retrieve(other), providerError('refused'))
      await assert.rejects(
        subject.harness().acquirer.capture(other, usd(1n), newKey()),
        providerError('refused'),
      )
    })
  })
}
