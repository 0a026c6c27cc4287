import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ThreeDsWish } from '../../acquirer.ts'
import type { CardOutcome } from './harness.ts'
import { newInput, newKey, type Subject } from './subject.ts'

/** 3-D Secure: the bank asks its customer before the card answers. */
export function challenges(subject: Subject): void {
  async function confirmed(outcome: CardOutcome, three_ds: ThreeDsWish = 'always') {
    const input = { ...newInput(), three_ds }
    const { acquirer } = subject.harness()
    const payment = await acquirer.createPayment(input, newKey())
    const token = await subject.harness().token(input.session, outcome)
    return { input, answer: await acquirer.confirm(payment.ref, token, newKey()) }
  }

  describe('3-D Secure', () => {
    it('shows the question in a page of its own origin, and reports the same until it is answered', async () => {
      const { input, answer } = await confirmed('challenge')
      const { acquirer } = subject.harness()
      assert.deepEqual([answer.state, answer.action?.kind], ['requires_action', 'frame'])
      const { origin } = acquirer.element({
        session: input.session,
        origin: 'https://a.example',
        locale: 'en',
      })
      assert.equal(new URL(answer.action?.url ?? '').origin, origin)
      assert.deepEqual(await acquirer.retrieve(answer.ref), answer)
      assert.equal((await subject.harness().book(input.reference)).authorizations, 0)
    })

    it('authorises once the customer has passed, and declines when the customer has not', async () => {
      const { acquirer, answerChallenge } = subject.harness()
      for (const [outcome, passes, state, code] of [
        ['challenge', true, 'authorized', undefined],
        ['challenge', false, 'failed', 'authentication_failed'],
        ['challenge_redirect', true, 'authorized', undefined],
      ] as const) {
        const { input, answer } = await confirmed(outcome)
        await answerChallenge(answer.ref, passes)
        const now = await acquirer.retrieve(answer.ref)
        assert.deepEqual([now.state, now.failure?.code, now.action], [state, code, null])
        const { authorizations } = await subject.harness().book(input.reference)
        assert.equal(authorizations, passes ? 1 : 0)
      }
    })

    it('sends the customer to a bank that has a page of its own', async () => {
      const { answer } = await confirmed('challenge_redirect')
      assert.deepEqual([answer.state, answer.action?.kind], ['requires_action', 'redirect'])
    })

    it('asks nobody when the bank knows its customer, or is not to be asked', async () => {
      for (const three_ds of ['always', 'when_needed'] as const) {
        const { answer } = await confirmed('frictionless', three_ds)
        assert.deepEqual([answer.state, answer.action], ['authorized', null])
      }
    })

    it('takes back what is being asked', async () => {
      const { input, answer } = await confirmed('challenge')
      const gone = await subject.harness().acquirer.void(answer.ref, newKey())
      assert.deepEqual([gone.state, gone.action], ['voided', null])
      assert.equal((await subject.harness().book(input.reference)).authorizations, 0)
    })
  })
}
