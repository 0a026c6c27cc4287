import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { ProviderError } from '../../lib/errors.ts'
import type { Fiat, Money } from '../../lib/money.ts'
import { type Acquirer, BadSignature, type PaymentSnapshot } from '../acquirer.ts'

export type LossyOperation = 'create' | 'confirm' | 'capture' | 'void' | 'refund'

/** What the suite needs around an adapter: a provider it can spoil, and a second way to see the provider's book. */
export type AcquirerHarness = {
  readonly acquirer: Acquirer
  /** The same adapter pointed at an address where nothing listens. */
  readonly unreachable: Acquirer
  /** The same adapter with a timeout of about 100 ms. */
  readonly impatient: Acquirer
  /** A token for a test card of that outcome, made for that session by the provider's own card page or vault. */
  token(session: string, outcome: CardOutcome): Promise<string>
  /**
   * Spoils the next call. `answer_cut` and `answer_500`: it takes effect, its answer is lost. `request_cut` and
   * `request_500`: it fails without effect. `slow`: it takes effect after about 300 ms.
   */
  spoil(operation: LossyOperation, how: Spoil): Promise<void>
  /** Makes the provider report a status that no adapter can know. */
  showUnknownStatus(ref: string): Promise<void>
  /** What the provider's own book says about a reference, read without the adapter. */
  book(reference: string): Promise<BookedReference>
  /** Whether the provider's book as a whole adds up. */
  bookIsSound(): Promise<boolean>
  /** A webhook about that payment as it came over the wire, with the receiver's clock in seconds. */
  webhookAbout(ref: string): Promise<ReceivedWebhook>
  close(): Promise<void>
}

export type CardOutcome = 'approved' | 'card_declined' | 'insufficient_funds' | 'unknown_decline'
export type Spoil = 'answer_cut' | 'answer_500' | 'request_cut' | 'request_500' | 'slow'

export type BookedReference = {
  readonly payments: number
  readonly authorizations: number
  readonly authorized: bigint
  readonly captured: bigint
  readonly refunded: bigint
}

export type ReceivedWebhook = {
  readonly raw: string
  readonly headers: Record<string, string | undefined>
  readonly received_at: number
}

const usd = (amount: bigint): Money<Fiat> => ({ amount, asset: 'USD' })

const providerError = (kind: ProviderError['kind']) => (error: unknown) => {
  assert.ok(error instanceof ProviderError, `expected a ProviderError, got ${String(error)}`)
  assert.equal(error.kind, kind, error.message)
  return true
}

const newKey = () => randomUUID()

/** A payment of its own for one test: nothing is shared between tests but the provider. */
function newInput(amount = 4999n) {
  const id = randomUUID()
  return { amount: usd(amount), reference: `txn_${id}`, session: `cs_${id}`, descriptor: 'SKIRO*SHOP' }
}

/** The suite every acquirer adapter passes, against its provider or a real stand-in over HTTP. */
export function acquirerConformance(name: string, setup: () => Promise<AcquirerHarness>): void {
  describe(`acquirer conformance: ${name}`, () => {
    let harness: AcquirerHarness
    let acquirer: Acquirer

    before(async () => {
      harness = await setup()
      acquirer = harness.acquirer
    })
    after(async () => {
      await harness.close()
    })

    async function created(amount?: bigint) {
      const input = newInput(amount)
      return { input, payment: await acquirer.createPayment(input, newKey()) }
    }

    async function authorized(amount?: bigint): Promise<{ reference: string; payment: PaymentSnapshot }> {
      const { input, payment } = await created(amount)
      const token = await harness.token(input.session, 'approved')
      return { reference: input.reference, payment: await acquirer.confirm(payment.ref, token, newKey()) }
    }

    async function captured(amount = 4999n) {
      const { reference, payment } = await authorized(amount)
      return { reference, payment: await acquirer.capture(payment.ref, usd(amount), newKey()) }
    }

    describe('the way of a payment', () => {
      it('goes from created to authorized to captured to refunded', async () => {
        const { input, payment } = await created(4999n)
        assert.equal(payment.state, 'requires_method')
        assert.equal(payment.reference, input.reference)
        assert.deepEqual(payment.amount, usd(4999n))
        assert.equal(payment.card, null)

        const token = await harness.token(input.session, 'approved')
        const held = await acquirer.confirm(payment.ref, token, newKey())
        assert.equal(held.state, 'authorized')
        assert.match(held.card?.last_four ?? '', /^[0-9]{4}$/)
        assert.deepEqual([held.captured, held.refunded, held.failure], [0n, 0n, null])

        const taken = await acquirer.capture(payment.ref, usd(4999n), newKey())
        assert.deepEqual([taken.state, taken.captured], ['captured', 4999n])

        const back = await acquirer.refund(payment.ref, usd(1000n), newKey())
        assert.deepEqual([back.state, back.amount], ['succeeded', 1000n])
        const now = await acquirer.retrieve(payment.ref)
        assert.deepEqual([now.captured, now.refunded, now.reference], [4999n, 1000n, input.reference])
      })

      it('gives an authorisation back', async () => {
        const { reference, payment } = await authorized()
        assert.equal((await acquirer.void(payment.ref, newKey())).state, 'voided')
        assert.equal((await harness.book(reference)).captured, 0n)
        await assert.rejects(
          acquirer.capture(payment.ref, payment.amount, newKey()),
          providerError('refused'),
        )
      })

      it('keeps every amount exact', async () => {
        for (const amount of [1n, 99n, 100n, 1001n, 4999n, 8_675_309n, 99_999_999n]) {
          const { reference, payment } = await captured(amount)
          assert.deepEqual([payment.amount, payment.captured], [usd(amount), amount])
          assert.deepEqual(await harness.book(reference), {
            payments: 1,
            authorizations: 1,
            authorized: amount,
            captured: amount,
            refunded: 0n,
          })
        }
      })

      it('takes a part of an authorisation', async () => {
        const { reference, payment } = await authorized(5000n)
        const part = await acquirer.capture(payment.ref, usd(1234n), newKey())
        assert.deepEqual([part.state, part.captured], ['captured', 1234n])
        assert.equal((await harness.book(reference)).captured, 1234n)
      })

      it('refuses to move more than there is', async () => {
        const { payment } = await authorized(5000n)
        await assert.rejects(acquirer.capture(payment.ref, usd(5001n), newKey()), providerError('refused'))
        await acquirer.capture(payment.ref, usd(5000n), newKey())
        await acquirer.refund(payment.ref, usd(3000n), newKey())
        await assert.rejects(acquirer.refund(payment.ref, usd(2001n), newKey()), providerError('refused'))
        await assert.rejects(acquirer.capture(payment.ref, usd(1n), newKey()), providerError('refused'))
        const now = await acquirer.retrieve(payment.ref)
        assert.deepEqual([now.captured, now.refunded], [5000n, 3000n])
      })

      it('refuses a payment that it does not know', async () => {
        const { payment } = await created()
        const other = `${payment.ref.slice(0, -1)}${payment.ref.endsWith('a') ? 'b' : 'a'}`
        await assert.rejects(acquirer.retrieve(other), providerError('refused'))
        await assert.rejects(acquirer.capture(other, usd(1n), newKey()), providerError('refused'))
      })
    })

    describe('outcomes are data', () => {
      const declines = [
        ['card_declined', 'card_declined'],
        ['insufficient_funds', 'insufficient_funds'],
        ['unknown_decline', 'card_declined'],
      ] as const
      for (const [outcome, code] of declines) {
        it(`reports ${outcome} as failed with ${code}`, async () => {
          const { input, payment } = await created()
          const token = await harness.token(input.session, outcome)
          const failed = await acquirer.confirm(payment.ref, token, newKey())
          assert.deepEqual([failed.state, failed.failure?.code], ['failed', code])
          assert.notEqual(failed.failure?.message, '')
          assert.deepEqual(await acquirer.retrieve(payment.ref), failed)
          assert.equal((await harness.book(input.reference)).authorizations, 0)
        })
      }

      it('reports a status that it does not know as processing', async () => {
        const { payment } = await authorized()
        await harness.showUnknownStatus(payment.ref)
        assert.equal((await acquirer.retrieve(payment.ref)).state, 'processing')
      })

      it('fails a payment whose token was made for another session', async () => {
        const { input, payment } = await created()
        const stolen = await harness.token(newInput().session, 'approved')
        const failed = await acquirer.confirm(payment.ref, stolen, newKey())
        assert.deepEqual([failed.state, failed.failure?.code], ['failed', 'invalid_token'])
        assert.equal((await harness.book(input.reference)).authorizations, 0)
      })

      it('fails a payment whose token was used or never made', async () => {
        const input = newInput()
        const token = await harness.token(input.session, 'approved')
        const states: (string | undefined)[] = []
        for (const given of [token, token, 'simtok_never_made']) {
          const payment = await acquirer.createPayment(input, newKey())
          const answer = await acquirer.confirm(payment.ref, given, newKey())
          states.push(answer.failure?.code ?? answer.state)
        }
        assert.deepEqual(states, ['authorized', 'invalid_token', 'invalid_token'])
        assert.equal((await harness.book(input.reference)).authorizations, 1)
      })
    })

    describe('one key, one effect', () => {
      it('returns the same payment for the same key', async () => {
        const input = newInput()
        const key = newKey()
        const first = await acquirer.createPayment(input, key)
        assert.deepEqual(await acquirer.createPayment(input, key), first)
        assert.equal((await harness.book(input.reference)).payments, 1)
      })

      it('refuses other arguments under a used key', async () => {
        const input = newInput()
        const key = newKey()
        await acquirer.createPayment(input, key)
        const other = { ...input, amount: usd(input.amount.amount + 1n) }
        await assert.rejects(acquirer.createPayment(other, key), providerError('refused'))
        const { payment } = await captured(5000n)
        const refundKey = newKey()
        await acquirer.refund(payment.ref, usd(100n), refundKey)
        await assert.rejects(acquirer.refund(payment.ref, usd(200n), refundKey), providerError('refused'))
        assert.equal((await acquirer.retrieve(payment.ref)).refunded, 100n)
      })

      it('captures and refunds once however often it is told', async () => {
        const { reference, payment } = await authorized(5000n)
        const captureKey = newKey()
        const refundKey = newKey()
        for (let i = 0; i < 3; i++) await acquirer.capture(payment.ref, usd(5000n), captureKey)
        const refunds: string[] = []
        for (let i = 0; i < 3; i++) {
          refunds.push((await acquirer.refund(payment.ref, usd(700n), refundKey)).ref)
        }
        assert.equal(new Set(refunds).size, 1)
        const { captured: taken, refunded } = await harness.book(reference)
        assert.deepEqual([taken, refunded], [5000n, 700n])
      })

      it('lets twins that run at once have one effect', async () => {
        const { input, payment } = await created()
        const token = await harness.token(input.session, 'approved')
        const key = newKey()
        const twins = Array.from({ length: 8 }, () => acquirer.confirm(payment.ref, token, key))
        for (const result of await Promise.allSettled(twins)) {
          if (result.status === 'fulfilled') assert.equal(result.value.state, 'authorized')
          else providerError('unknown')(result.reason)
        }
        assert.equal((await acquirer.confirm(payment.ref, token, key)).state, 'authorized')
        assert.equal((await harness.book(input.reference)).authorizations, 1)
      })

      for (const how of ['answer_cut', 'answer_500', 'request_cut', 'request_500'] as const) {
        it(`charges once through ${how} at every step`, async () => {
          const input = newInput(4999n)
          const twice = async <T>(operation: LossyOperation, call: () => Promise<T>): Promise<T> => {
            await harness.spoil(operation, how)
            await assert.rejects(call(), providerError('unknown'))
            return call()
          }
          const keys = { create: newKey(), confirm: newKey(), capture: newKey(), refund: newKey() }
          const { ref } = await twice('create', () => acquirer.createPayment(input, keys.create))
          const token = await harness.token(input.session, 'approved')
          const held = await twice('confirm', () => acquirer.confirm(ref, token, keys.confirm))
          assert.equal(held.state, 'authorized')
          await twice('capture', () => acquirer.capture(ref, usd(4999n), keys.capture))
          await twice('refund', () => acquirer.refund(ref, usd(500n), keys.refund))
          assert.deepEqual(await harness.book(input.reference), {
            payments: 1,
            authorizations: 1,
            authorized: 4999n,
            captured: 4999n,
            refunded: 500n,
          })
        })
      }
    })

    describe('unknown outcomes', () => {
      it('can be asked about after a lost answer', async () => {
        const { input, payment } = await created()
        const token = await harness.token(input.session, 'approved')
        await harness.spoil('confirm', 'answer_cut')
        await assert.rejects(acquirer.confirm(payment.ref, token, newKey()), providerError('unknown'))
        assert.equal((await acquirer.retrieve(payment.ref)).state, 'authorized')
      })

      it('can be asked about after a lost request', async () => {
        const { input, payment } = await created()
        const token = await harness.token(input.session, 'approved')
        await harness.spoil('confirm', 'request_cut')
        await assert.rejects(acquirer.confirm(payment.ref, token, newKey()), providerError('unknown'))
        assert.equal((await acquirer.retrieve(payment.ref)).state, 'requires_method')
      })

      it('calls a timeout unknown, and the effect may come later', async () => {
        const { reference, payment } = await authorized(5000n)
        const key = newKey()
        await harness.spoil('capture', 'slow')
        const capture = harness.impatient.capture(payment.ref, usd(5000n), key)
        await assert.rejects(capture, providerError('unknown'))
        assert.equal((await acquirer.retrieve(payment.ref)).state, 'authorized')
        for (let tries = 0; (await acquirer.retrieve(payment.ref)).state !== 'captured'; tries++) {
          assert.ok(tries < 100, 'the slow capture never happened')
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
        assert.equal((await acquirer.capture(payment.ref, usd(5000n), key)).captured, 5000n)
        assert.equal((await harness.book(reference)).captured, 5000n)
      })

      it('says when the acquirer was certainly not reached', async () => {
        const create = harness.unreachable.createPayment(newInput(), newKey())
        await assert.rejects(create, providerError('unavailable'))
      })
    })

    describe('webhooks and events', () => {
      it('reads a genuine webhook', async () => {
        const { payment } = await authorized()
        const { raw, headers, received_at } = await harness.webhookAbout(payment.ref)
        const [event] = acquirer.parseWebhook(raw, headers, received_at)
        assert.equal(event?.payment_ref, payment.ref)
        assert.ok(event.id !== '' && event.type !== '' && !Number.isNaN(Date.parse(event.occurred_at)))
      })

      it('refuses what was altered, forged, unsigned or kept too long', async () => {
        const { payment } = await authorized()
        const { raw, headers, received_at: now } = await harness.webhookAbout(payment.ref)
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
          assert.throws(() => acquirer.parseWebhook(body, given, at), BadSignature, what)
        }
        assert.equal(acquirer.parseWebhook(raw, headers, now + 290).length, 1)
      })

      it('lists what webhooks would have told, in order, from any point on', async () => {
        const before = (await acquirer.listEvents(null)).at(-1)?.id ?? null
        const { payment } = await captured()
        await acquirer.refund(payment.ref, usd(1n), newKey())
        const events = await acquirer.listEvents(before)
        assert.deepEqual(
          events.map((event) => event.payment_ref),
          [payment.ref, payment.ref, payment.ref],
        )
        assert.deepEqual(await acquirer.listEvents(events[1]?.id ?? null), events.slice(2))
        assert.deepEqual(await acquirer.listEvents(events[2]?.id ?? null), [])
      })

      it('lists more events than one page holds, each once', async () => {
        const before = (await acquirer.listEvents(null)).at(-1)?.id ?? null
        const payments = await Promise.all(Array.from({ length: 110 }, () => created()))
        await Promise.all(payments.map(({ payment }) => acquirer.void(payment.ref, newKey())))
        const events = await acquirer.listEvents(before)
        const refs = new Set(events.map((event) => event.payment_ref))
        assert.deepEqual(refs, new Set(payments.map(({ payment }) => payment.ref)))
        assert.equal(new Set(events.map((event) => event.id)).size, events.length)
      })
    })

    it('frames the card fields from one exact origin', () => {
      const { frame_url, origin } = acquirer.element({
        session: 'cs_1',
        origin: 'https://pay.example:8443',
        locale: 'en',
      })
      assert.equal(new URL(frame_url).origin, origin)
      assert.ok(
        frame_url.includes('cs_1') && frame_url.includes(encodeURIComponent('https://pay.example:8443')),
      )
    })

    it('leaves a provider book that adds up', async () => {
      assert.equal(await harness.bookIsSound(), true)
    })
  })
}
