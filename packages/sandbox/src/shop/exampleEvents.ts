import type { CheckoutSession, Payout, SkiroEvent, Transaction } from 'skiro'

const CREATED = '2026-05-29T14:32:00Z'

/** The transaction of order `order_id`, as events tell it. For tests. */
export function exampleTransaction(order_id: string, fields: Partial<Transaction> = {}): Transaction {
  return {
    id: 'txn_1',
    object: 'transaction',
    livemode: false,
    checkout_session_id: `cs_of_${order_id}`,
    amount: 49.99,
    currency: 'USD',
    payout_amount: 42.49,
    payout_currency: 'USDT',
    fee_amount: 7.5,
    status: 'processing',
    customer_email: null,
    card_brand: 'visa',
    card_last_four: '4242',
    failure_code: null,
    failure_message: null,
    metadata: { order_id },
    conversion: null,
    payout_id: 'po_1',
    amount_refunded: 0,
    paid_out_at: null,
    created_at: CREATED,
    ...fields,
  }
}

/** The payout of order `order_id`, as events tell it. For tests. */
export function examplePayout(order_id: string, fields: Partial<Payout> = {}): Payout {
  return {
    id: 'po_1',
    object: 'payout',
    livemode: false,
    transaction_id: 'txn_1',
    amount: 42.49,
    currency: 'USDT',
    network: 'ethereum',
    address: '0x00000000000000000000000000000000000000aa',
    status: 'sent',
    hold_reason: null,
    tx_hash: '0xabc1',
    attempts: ['0xabc1'],
    confirmations: 0,
    metadata: { order_id },
    created_at: CREATED,
    sent_at: CREATED,
    completed_at: null,
    failure_reason: null,
    ...fields,
  }
}

/** The session of order `order_id` after its time. For tests. */
export function exampleExpiredSession(order_id: string): CheckoutSession {
  return {
    id: `cs_of_${order_id}`,
    object: 'checkout_session',
    livemode: false,
    url: `http://pay.test/cs_of_${order_id}`,
    amount: 49.99,
    currency: 'USD',
    payout_currency: 'USDT',
    status: 'expired',
    customer_email: null,
    metadata: { order_id },
    redirect_url: null,
    webhook_url: null,
    locale: null,
    description: null,
    transaction_id: null,
    expires_at: CREATED,
    created_at: CREATED,
  }
}

/** Puts `type` and `data` in the envelope of an event. The id follows from the sequence. For tests. */
export function exampleEvent<Type extends SkiroEvent['type']>(
  sequence: number,
  type: Type,
  data: Extract<SkiroEvent, { type: Type }>['data'],
): SkiroEvent {
  const event = { id: `evt_${sequence}`, type, created_at: CREATED, livemode: false, sequence, data }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- type and data agree by the signature
  return event as unknown as SkiroEvent
}
