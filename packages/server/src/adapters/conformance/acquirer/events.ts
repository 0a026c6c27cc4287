import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BadSignature } from '../../acquirer.ts'
import { newKey, usd, type Subject } from './subject.ts'

/** Webhooks are believed only when signed and fresh; the event list fills their gaps. */
export function events(subject: Subject): void {
  describe('webhooks and events', () => {
    it('reads a genuine webhook', async () => {
      const { payment } = await subject.authorized()
      const { raw, headers, received_at } = await subject.harness().webhookAbout(payment.ref)
      const [event] = subject.harness().acquirer.parseWebhook(raw, headers, received_at)
      assert.equal(event?.payment_ref, payment.ref)
      assert.ok(event.id !== '' && event.type !== '' && !Number.isNaN(Date.parse(event.occurred_at)))
    })

    it('refuses what was altered, forged, unsigned or kept too long', async () => {
      const { payment } = await subject.authorized()
      const { raw, headers, received_at: now } = await subject.harness().webhookAbout(payment.ref)
      const spoiled = (change: (text: string) => string) =>
        Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value && change(value)]))
      const flipped = spoiled((value) => value.replace(/[0-9a-f]$/, (digit) => (digit === '0' ? '1' : '0')))
      const refused: [string, string, Record<string, string | undefined>, number][] = [
        ['another payment', raw.replace(payment.ref, `${payment.ref}x`), headers, now],
        ['a trailing space', `${raw} `, headers, now],
        ['an empty body', '', headers, now],
        ['no headers', raw, {}, now],
        ['a wrong signature', raw, flipped, now],
        ['a shortened signature', raw, spoiled((value) => value.slice(0, -2)), now],
        ['a garbled header', raw, spoiled(() => 'nonsense'), now],
        ['an old webhook', raw, headers, now + 302],
        ['a webhook from the future', raw, headers, now - 302],
      ]
      for (const [what, body, given, at] of refused) {
        assert.throws(() => subject.harness().acquirer.parseWebhook(body, given, at), BadSignature, what)
      }
      assert.equal(subject.harness().acquirer.parseWebhook(raw, headers, now + 290).length, 1)
    })

    it('lists what webhooks would have told, in order, from any point on', async () => {
      const before = (await subject.harness().acquirer.listEvents(null)).at(-1)?.id ?? null
      const { payment } = await subject.captured()
      await subject.harness().acquirer.refund(payment.ref, usd(1n), newKey())
      const events = await subject.harness().acquirer.listEvents(before)
      assert.deepEqual(
        events.map((event) => event.payment_ref),
        [payment.ref, payment.ref, payment.ref],
      )
      assert.deepEqual(await subject.harness().acquirer.listEvents(events[1]?.id ?? null), events.slice(2))
      assert.deepEqual(await subject.harness().acquirer.listEvents(events[2]?.id ?? null), [])
    })

    it('tells an acquirer that takes our key from one that refuses it and one that is not there', async () => {
      const { acquirer, stranger, unreachable } = subject.harness()
      assert.equal(await acquirer.probe(), undefined)
      await assert.rejects(stranger.probe(), { name: 'ProviderError', kind: 'refused' })
      await assert.rejects(unreachable.probe(), { name: 'ProviderError', kind: 'unavailable' })
    })

    it('lists more events than one page holds, each once', async () => {
      const before = (await subject.harness().acquirer.listEvents(null)).at(-1)?.id ?? null
      const payments = await Promise.all(Array.from({ length: 110 }, () => subject.created()))
      await Promise.all(payments.map(({ payment }) => subject.harness().acquirer.void(payment.ref, newKey())))
      const events = await subject.harness().acquirer.listEvents(before)
      const refs = new Set(events.map((event) => event.payment_ref))
      assert.deepEqual(refs, new Set(payments.map(({ payment }) => payment.ref)))
      assert.equal(new Set(events.map((event) => event.id)).size, events.length)
    })
  })
}
