import { randomBytes } from 'node:crypto'

/** An event as JSON, of any type: also of one that handlers cannot know yet. */
export type SampleEvent = {
  readonly id: string
  readonly object: 'event'
  readonly type: string
  readonly created_at: string
  readonly livemode: boolean
  readonly sequence: number
  readonly data: Readonly<Record<string, unknown>>
}

/** Makes events that differ in id and number and otherwise are one payment. */
export type Samples = (change?: Partial<SampleEvent>) => SampleEvent

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const newId = (prefix: string) =>
  prefix + Array.from(randomBytes(26), (byte) => ALPHABET[byte % ALPHABET.length]).join('')

/**
 * Events like `model`, or like a payment that nobody made. `data` stays that of the model, so that a handler finds its
 * order; every sample has an id and a sequence of its own.
 */
export function samples(model: SampleEvent | null, metadata: Readonly<Record<string, string>>): Samples {
  const base = model ?? madeUp(metadata)
  let sequence = base.sequence
  return (change = {}) => ({ ...base, id: newId('evt_'), sequence: (sequence += 1), ...change })
}

function madeUp(metadata: Readonly<Record<string, string>>): SampleEvent {
  const created_at = new Date().toISOString()
  const data = {
    id: newId('txn_'),
    object: 'transaction',
    livemode: false,
    checkout_session_id: newId('cs_'),
    amount: 49.99,
    currency: 'USD',
    payout_amount: 42.38,
    payout_currency: 'USDT',
    fee_amount: 7.5,
    status: 'processing',
    customer_email: 'buyer@example.com',
    card_brand: 'visa',
    card_last_four: '4242',
    failure_code: null,
    failure_message: null,
    metadata: { order_id: 'ORD-DOCTOR', ...metadata },
    conversion: { rate: '0.9975', sources: ['kraken', 'coinbase'], time: created_at },
    payout_id: newId('po_'),
    amount_refunded: 0,
    paid_out_at: null,
    created_at,
  }
  return {
    id: '',
    object: 'event',
    type: 'checkout.completed',
    created_at,
    livemode: false,
    sequence: 1000,
    data,
  }
}

/** The same event with metadata as large as the API lets them be: 50 pairs, near 64 KB in all. */
export function large(event: SampleEvent): SampleEvent {
  const filler = Array.from({ length: 49 }, (_, index) => [`doctor_${index}`, '€'.repeat(425)])
  const metadata = { ...(event.data['metadata'] as object), ...Object.fromEntries(filler) }
  return { ...event, data: { ...event.data, metadata } }
}
