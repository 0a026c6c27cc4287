import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newInput, newKey, type Subject } from './subject.ts'

/** Declines, odd statuses and bad tokens are answers, not exceptions. */
export function outcomes(subject: Subject): void {
  describe('outcomes are data', () => {
    const declines = [
      ['card_declined', 'card_declined'],
      ['insufficient_funds', 'insufficient_funds'],
      ['unknown_decline', 'card_declined'],
    ] as const
    for (const [outcome, code] of declines) {
      it(`reports ${outcome} as failed with ${code}`, async () => {
        const { input, payment } = await subject.created()
        const token = await subject.harness().token(input.session, outcome)
        const failed = await subject.harness().acquirer.confirm(payment.ref, token, newKey())
        assert.deepEqual([failed.state, failed.failure?.code], ['failed', code])
        assert.notEqual(failed.failure?.message, '')
        assert.deepEqual(await subject.harness().acquirer.retrieve(payment.ref), failed)
        assert.equal((await subject.harness().book(input.reference)).authorizations, 0)
      })
    }

    it('reports a status that it does not know as processing', async () => {
      const { payment } = await subject.authorized()
      await subject.harness().showUnknownStatus(payment.ref)
      assert.equal((await subject.harness().acquirer.retrieve(payment.ref)).state, 'processing')
    })

    it('fails a payment whose token was made for another session', async () => {
      const { input, payment } = await subject.created()
      const stolen = await subject.harness().token(newInput().session, 'approved')
      const failed = await subject.harness().acquirer.confirm(payment.ref, stolen, newKey())
      assert.deepEqual([failed.state, failed.failure?.code], ['failed', 'invalid_token'])
      assert.equal((await subject.harness().book(input.reference)).authorizations, 0)
    })

    it('fails a payment whose token was used or never made', async () => {
      const input = newInput()
      const token = await subject.harness().token(input.session, 'approved')
      const states: (string | undefined)[] = []
      for (const given of [token, token, 'simtok_never_made']) {
        const payment = await subject.harness().acquirer.createPayment(input, newKey())
        const answer = await subject.harness().acquirer.confirm(payment.ref, given, newKey())
        states.push(answer.failure?.code ?? answer.state)
      }
      assert.deepEqual(states, ['authorized', 'invalid_token', 'invalid_token'])
      assert.equal((await subject.harness().book(input.reference)).authorizations, 1)
    })
  })
}
