import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newInput, newKey, providerError, usd, type Subject } from './subject.ts'

/** A lost answer is unknown, and can be asked about. */
export function unknownOutcomes(subject: Subject): void {
  describe('unknown outcomes', () => {
    it('can be asked about after a lost answer', async () => {
      const { input, payment } = await subject.created()
      const token = await subject.harness().token(input.session, 'approved')
      await subject.harness().spoil('confirm', 'answer_cut')
      await assert.rejects(
        subject.harness().acquirer.confirm(payment.ref, token, newKey()),
        providerError('unknown'),
      )
      assert.equal((await subject.harness().acquirer.retrieve(payment.ref)).state, 'authorized')
    })

    it('can be asked about after a lost request', async () => {
      const { input, payment } = await subject.created()
      const token = await subject.harness().token(input.session, 'approved')
      await subject.harness().spoil('confirm', 'request_cut')
      await assert.rejects(
        subject.harness().acquirer.confirm(payment.ref, token, newKey()),
        providerError('unknown'),
      )
      assert.equal((await subject.harness().acquirer.retrieve(payment.ref)).state, 'requires_method')
    })

    it('calls a timeout unknown, and the effect may come later', async () => {
      const { reference, payment } = await subject.authorized(5000n)
      const key = newKey()
      await subject.harness().spoil('capture', 'slow')
      const capture = subject.harness().impatient.capture(payment.ref, usd(5000n), key)
      await assert.rejects(capture, providerError('unknown'))
      assert.equal((await subject.harness().acquirer.retrieve(payment.ref)).state, 'authorized')
      for (
        let tries = 0;
        (await subject.harness().acquirer.retrieve(payment.ref)).state !== 'captured';
        tries++
      ) {
        assert.ok(tries < 100, 'the slow capture never happened')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      assert.equal((await subject.harness().acquirer.capture(payment.ref, usd(5000n), key)).captured, 5000n)
      assert.equal((await subject.harness().book(reference)).captured, 5000n)
    })

    it('says when the acquirer was certainly not reached', async () => {
      const create = subject.harness().unreachable.createPayment(newInput(), newKey())
      await assert.rejects(create, providerError('unavailable'))
    })
  })
}
