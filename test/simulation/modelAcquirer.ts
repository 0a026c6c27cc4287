import type { Acquirer, PaymentSnapshot } from '../../packages/server/src/adapters/acquirer.ts'
import { ProviderError } from '../../packages/server/src/lib/errors.ts'
import type { Outside } from './faults.ts'

type Payment = { -readonly [K in keyof PaymentSnapshot]: PaymentSnapshot[K] }

/** An acquirer with a book of its own. A call with a key that it knows acts once and is answered as before. */
export type ModelAcquirer = Acquirer & { readonly book: ReadonlyMap<string, Payment> }

export function createModelAcquirer(outside: Outside): ModelAcquirer {
  const book = new Map<string, Payment>()
  const answers = new Map<string, PaymentSnapshot>()
  const find = (ref: string): Payment => {
    const payment = book.get(ref)
    if (!payment) throw new ProviderError('model', 'refused', 'no such payment')
    return payment
  }
  const once = (key: string, act: () => Payment): PaymentSnapshot => {
    const answer = answers.get(key) ?? { ...act() }
    answers.set(key, answer)
    return answer
  }
  const move = (payment: Payment, from: Payment['state'], change: Partial<Payment>): Payment => {
    if (payment.state !== from) throw new ProviderError('model', 'refused', `it is ${payment.state}`)
    return Object.assign(payment, change)
  }
  const notHere = () => Promise.reject(new Error('not part of this model'))
  return {
    id: 'model',
    book,
    createPayment: ({ amount, reference }, key) =>
      outside.call('create payment', () =>
        once(key, () => {
          const ref = `pay_${reference}`
          const payment: Payment = {
            ref,
            reference,
            amount,
            state: 'requires_method',
            captured: 0n,
            refunded: 0n,
            card: null,
            failure: null,
            action: null,
          }
          book.set(ref, payment)
          return payment
        }),
      ),
    confirm: (ref, token, key) =>
      outside.call('confirm', () =>
        once(key, () =>
          move(
            find(ref),
            'requires_method',
            token.startsWith('declined')
              ? { state: 'failed', failure: { code: 'card_declined', message: 'no' } }
              : { state: 'authorized', card: { brand: 'visa', last_four: '4242' } },
          ),
        ),
      ),
    retrieve: (ref) => outside.call('retrieve', () => ({ ...find(ref) })),
    // Adds up: whoever captures twice has taken the money twice.
    capture: (ref, { amount }, key) =>
      outside.call('capture', () =>
        once(key, () => {
          const payment = find(ref)
          if (payment.state !== 'authorized' && payment.state !== 'captured')
            throw new ProviderError('model', 'refused', `it is ${payment.state}`)
          return Object.assign(payment, { state: 'captured', captured: payment.captured + amount })
        }),
      ),
    void: (ref, key) =>
      outside.call('void', () => once(key, () => move(find(ref), 'authorized', { state: 'voided' }))),
    refund: notHere,
    parseWebhook: () => [],
    listEvents: async () => [],
    probe: async () => {},
    element: () => ({ frame_url: 'https://card.example', origin: 'https://card.example', test_cards: [] }),
  }
}
