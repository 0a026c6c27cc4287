import type {
  Acquirer,
  AcquirerRequest,
  PaymentSnapshot,
} from '../../packages/server/src/adapters/acquirer.ts'
import { ProviderError } from '../../packages/server/src/lib/errors.ts'
import type { Outside } from './faults.ts'

type Payment = { -readonly [K in keyof PaymentSnapshot]: PaymentSnapshot[K] }

/** An acquirer with a book of its own. A call with a key that it knows acts once and is answered as before. */
export type ModelAcquirer = Acquirer & {
  readonly book: ReadonlyMap<string, Payment>
  /** Keys that came again with other bytes: what no retry may do. */
  readonly changed: readonly string[]
  /** The gateway's next release writes its calls in another way. */
  deploy(): void
  /** A day passes: no key means anything any more. */
  forgetKeys(): void
  /** What a person does in the acquirer's own dashboard. */
  settle(ref: string, state: 'captured' | 'voided'): void
}

export function createModelAcquirer(outside: Outside): ModelAcquirer {
  const book = new Map<string, Payment>()
  const answers = new Map<string, { body: string; answer: PaymentSnapshot }>()
  const changed: string[] = []
  let release = 1
  const written = (path: string): AcquirerRequest => ({ path, body: `{"release":${release}}` })
  const find = (ref: string): Payment => {
    const payment = book.get(ref)
    if (!payment) throw new ProviderError('model', 'refused', 'no such payment')
    return payment
  }
  const once = (key: string, request: AcquirerRequest | undefined, act: () => Payment): PaymentSnapshot => {
    const body = request?.body ?? ''
    const earlier = answers.get(key)
    if (earlier && earlier.body !== body) {
      changed.push(key)
      throw new ProviderError('model', 'refused', 'another request had this key')
    }
    const answer = earlier?.answer ?? { ...act() }
    answers.set(key, { body, answer })
    return answer
  }
  const move = (payment: Payment, from: Payment['state'], change: Partial<Payment>): Payment => {
    if (payment.state !== from) throw new ProviderError('model', 'refused', `it is ${payment.state}`)
    return Object.assign(payment, change)
  }
  const notHere = () => Promise.reject(new Error('not part of this model'))
  return {
    id: 'model',
    key_lifetime_seconds: 86_400,
    lookup_lag_seconds: 0,
    book,
    changed,
    deploy: () => void release++,
    forgetKeys: () => answers.clear(),
    settle(ref, state) {
      const payment = find(ref)
      // As the call: what no card was asked for can be voided as well.
      const is_open =
        payment.state === 'authorized' || (state === 'voided' && payment.state === 'requires_method')
      if (!is_open) return
      Object.assign(payment, { state, captured: state === 'captured' ? payment.amount.amount : 0n })
    },
    write: {
      createPayment: () => written('/payments'),
      confirm: (ref) => written(`/payments/${ref}/confirm`),
      capture: (ref) => written(`/payments/${ref}/capture`),
      void: (ref) => written(`/payments/${ref}/void`),
    },
    createPayment: ({ amount, reference }, key, request) =>
      outside.call('create payment', () =>
        once(key, request, () => {
          // Nothing but the key keeps it from making another one.
          const ref = `pay_${[...book.values()].filter((one) => one.reference === reference).length}_${reference}`
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
    confirm: (ref, token, key, request) =>
      outside.call('confirm', () =>
        once(key, request, () =>
          move(
            find(ref),
            'requires_method',
            token.startsWith('declined')
              ? { state: 'failed', failure: { code: 'card_declined', message: 'no' } }
              : { state: 'authorized', card: { brand: 'visa', last_four: '4242' } },
          ),
        ),
      ),
    findPayments: (reference) =>
      outside.call('find payments', () =>
        [...book.values()].filter((one) => one.reference === reference).map((one) => ({ ...one })),
      ),
    retrieve: (ref) => outside.call('retrieve', () => ({ ...find(ref) })),
    // Adds up: whoever captures twice has taken the money twice.
    capture: (ref, { amount }, key, request) =>
      outside.call('capture', () =>
        once(key, request, () => {
          const payment = find(ref)
          if (payment.state !== 'authorized' && payment.state !== 'captured')
            throw new ProviderError('model', 'refused', `it is ${payment.state}`)
          return Object.assign(payment, { state: 'captured', captured: payment.captured + amount })
        }),
      ),
    void: (ref, key, request) =>
      outside.call('void', () =>
        once(key, request, () => {
          const payment = find(ref)
          return move(payment, payment.state === 'requires_method' ? payment.state : 'authorized', {
            state: 'voided',
          })
        }),
      ),
    refund: notHere,
    parseWebhook: () => [],
    listEvents: async () => [],
    probe: async () => {},
    element: () => ({ frame_url: 'https://card.example', origin: 'https://card.example', test_cards: [] }),
  }
}
