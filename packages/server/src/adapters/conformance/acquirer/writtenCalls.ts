import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newInput, newKey, providerError, usd, type Subject } from './subject.ts'

/** A call can be stored before it is made, and is made as it was stored. */
export function writtenCalls(subject: Subject): void {
  describe('calls that were written before they are made', () => {
    it('writes the same call the same way, as text', async () => {
      const { write } = subject.harness().acquirer
      const input = newInput()
      const all = () => [
        write.createPayment(input),
        write.confirm('pay_a', 'tok_a'),
        write.capture('pay_a', usd(4999n)),
        write.void('pay_a'),
      ]
      assert.deepEqual(all(), all())
      for (const { path, body } of all()) assert.deepEqual([typeof path, typeof body], ['string', 'string'])
      assert.ok(write.createPayment(input).body.includes(input.reference))
    })

    it('sends what was written, not what it would write now', async () => {
      const { acquirer } = subject.harness()
      const input = newInput(5000n)
      const key = newKey()
      const written = acquirer.write.createPayment(input)
      const made = await acquirer.createPayment(input, key, written)
      // The same request under the same key, though the caller would say it otherwise by now.
      const renamed = { ...input, descriptor: 'SKIRO*OTHER' }
      assert.deepEqual(await acquirer.createPayment(renamed, key, written), made)
      await assert.rejects(acquirer.createPayment(renamed, key), providerError('refused'))

      const token = await subject.harness().token(input.session, 'approved')
      const confirm = acquirer.write.confirm(made.ref, token)
      assert.equal((await acquirer.confirm(made.ref, 'another', newKey(), confirm)).state, 'authorized')
      const part = acquirer.write.capture(made.ref, usd(1234n))
      assert.equal((await acquirer.capture(made.ref, usd(5000n), newKey(), part)).captured, 1234n)
    })

    it('finds a payment by our reference, whatever was lost on the way to it', async () => {
      const { acquirer } = subject.harness()
      const input = newInput()
      assert.deepEqual(await acquirer.findPayments(input.reference), [])
      await subject.harness().spoil('create', 'request_cut')
      await assert.rejects(acquirer.createPayment(input, newKey()), providerError('unknown'))
      assert.deepEqual(await acquirer.findPayments(input.reference), [])
      await subject.harness().spoil('create', 'answer_cut')
      await assert.rejects(acquirer.createPayment(input, newKey()), providerError('unknown'))
      const [found, ...others] = await acquirer.findPayments(input.reference)
      assert.ok(found)
      assert.deepEqual(others, [])
      assert.deepEqual([found.reference, found.amount], [input.reference, input.amount])
      assert.deepEqual(found, await acquirer.retrieve(found.ref))

      const token = await subject.harness().token(input.session, 'approved')
      await acquirer.confirm(found.ref, token, newKey())
      assert.equal((await acquirer.findPayments(input.reference))[0]?.state, 'authorized')
    })

    it('shows every payment that has a reference, oldest first', async () => {
      const { acquirer } = subject.harness()
      const input = newInput()
      const refs = [
        await acquirer.createPayment(input, newKey()),
        await acquirer.createPayment(input, newKey()),
      ]
      assert.deepEqual(
        (await acquirer.findPayments(input.reference)).map(({ ref }) => ref),
        refs.map(({ ref }) => ref),
      )
    })

    it('does not take an acquirer that it cannot reach for one that has nothing', async () => {
      const { unreachable, stranger } = subject.harness()
      await assert.rejects(unreachable.findPayments('txn_1'), providerError('unavailable'))
      await assert.rejects(stranger.findPayments('txn_1'), providerError('refused'))
    })

    it('says for how long its keys live, and ends a payment that was never confirmed', async () => {
      const { acquirer } = subject.harness()
      assert.ok(acquirer.key_lifetime_seconds >= 3600 && acquirer.lookup_lag_seconds >= 0)
      const { payment, input } = await subject.created()
      assert.equal((await acquirer.void(payment.ref, newKey())).state, 'voided')
      // Whoever comes late with a confirmation finds it closed.
      const token = await subject.harness().token(input.session, 'approved')
      await assert.rejects(acquirer.confirm(payment.ref, token, newKey()), providerError('refused'))
    })
  })
}
