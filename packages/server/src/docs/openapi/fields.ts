import type { JsonSchema } from './types.ts'

/** Stands for the gateway's own address, which is put in at the end: see buildDocument. */
export const HERE = 'https://here.invalid'

const TIME: JsonSchema = { format: 'date-time', examples: ['2026-11-22T23:51:30.227Z'] }
const ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const TX_HASH = '0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060'

/** What the objects are, for those whose schema does not say so. */
export const OBJECTS: Readonly<Record<string, string>> = {
  checkout_session: 'One amount that one customer is asked to pay on a hosted page.',
  transaction: 'One attempt to charge a card, and what became of the money.',
  payout: 'Crypto on its way to your wallet, for one transaction.',
  webhook_endpoint: 'A URL of yours that events are posted to.',
  webhook_delivery: 'One try to post an event to an endpoint. Kept for 30 days.',
  webhook_resend: 'What one call for a resend has sent on its way.',
  event_resend: 'An event that was sent again. Resends have numbers of their own, without gaps.',
  merchant: 'Your account as the API key sees it: the settings of the key’s mode.',
  merchant_update: 'Your account after a change, and what changed.',
}

/**
 * What a field means wherever it occurs, and how it looks: for the fields whose own schema does not say so. `name`, or
 * `component.name` where components differ. Examples fit together: they tell of one payment.
 */
export const FIELDS: Readonly<Record<string, JsonSchema>> = {
  livemode: { description: 'Whether it is about real money: true with live keys, false with test keys.' },
  metadata: {
    description: 'Your own key/value pairs, as strings.',
    examples: [{ order_id: 'ORD-2847' }],
  },
  customer_email: { description: 'The customer’s e-mail address.', examples: ['ada@example.com'] },
  currency: { description: 'ISO 4217 code of the currency that the card is charged in.' },
  payout_currency: { description: 'The crypto you receive.' },
  created_at: { description: 'When it was made.', ...TIME },
  network: { description: 'The chain that it is paid on.', examples: ['ethereum'] },
  address: { description: 'Your wallet’s address.', examples: [ADDRESS] },
  email: { description: 'Where the owner is written to.', examples: ['owner@example.com'] },
  events: { examples: [['checkout.completed', 'payout.completed']] },
  amount: { examples: [49.99] },
  id: { description: 'Its id.' },
  object: { description: 'Which kind of object this is.' },
  url: { examples: ['https://shop.example.com/webhooks/skiro'] },
  redirect_url: { examples: ['https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}'] },

  'checkout_session.id': { description: 'Id of the session.' },
  'checkout_session.url': { examples: [`${HERE}/cs_01jf2m8s5v0x3c9q6w4e7r1t2y`] },
  'checkout_session.amount': {
    description: 'What the customer is asked to pay, in major units.',
    examples: [49.99],
  },
  'checkout_session.status': {
    description:
      '`pending`: can be paid. `completed`: paid. `failed`: too many cards were declined. `expired`: its time passed, or you expired it. The last three are final.',
  },
  'checkout_session.redirect_url': { description: 'Where the customer goes after paying.' },
  'checkout_session.webhook_url': {
    description: 'Where this session’s events go instead of your default URL.',
  },
  'checkout_session.description': {
    description: 'What the customer buys, as the page and the receipt show it.',
    examples: ['Field notebook · ORD-2847'],
  },
  'checkout_session.expires_at': { format: 'date-time', examples: ['2026-11-23T00:50:02.114Z'] },
  'checkout_session.created_at': { format: 'date-time', examples: ['2026-11-22T23:50:02.114Z'] },

  'transaction.id': { description: 'Id of the transaction.' },
  'transaction.checkout_session_id': {
    description: 'The session that was paid.',
    examples: ['cs_01jf2m8s5v0x3c9q6w4e7r1t2y'],
  },
  'transaction.amount': { examples: [49.99] },
  'transaction.payout_amount': { examples: [42.434763] },
  'transaction.fee_amount': { examples: [7.5] },
  'transaction.status': {
    description:
      '`pending`: the bank is asked. `processing`: charged, the payout is on its way. `completed`: the payout is final in your wallet. `failed`: nothing was charged. `refunded`: given back.',
    examples: ['completed'],
  },
  'transaction.card_brand': { description: 'The card’s brand.', examples: ['visa'] },
  'transaction.card_last_four': { description: 'The card’s last four digits.', examples: ['4242'] },
  'transaction.failure_code': {
    description:
      'Why nothing was charged: `card_declined`, `insufficient_funds`, `expired_card`, `incorrect_cvc`, `authentication_failed` and others.',
  },
  'transaction.failure_message': { description: 'The same in words.' },
  'transaction.conversion': {
    description: 'How fiat became crypto; null until the card is charged.',
    examples: [
      {
        rate: '0.998700000000000000',
        sources: ['kraken', 'coinbase', 'binance'],
        time: '2026-11-22T23:51:29.870Z',
      },
    ],
  },
  'transaction.payout_id': {
    description: 'The payout that sends you the crypto; null until there is one.',
    examples: ['po_01jf2m8s5v0x3c9q6w4e7r1t2y'],
  },
  'transaction.amount_refunded': {
    description: 'What the customer got back so far, in major units.',
    examples: [0],
  },
  'transaction.paid_out_at': {
    description: 'When the payout was final; null until then.',
    format: 'date-time',
    examples: ['2026-11-22T23:54:08.003Z'],
  },
  sources: { description: 'The exchanges whose prices went into the rate.' },
  time: { description: 'When the rate was fixed.', format: 'date-time' },
  rate: { examples: ['0.998700000000000000'] },

  'payout.id': { description: 'Id of the payout.' },
  'payout.transaction_id': {
    description: 'The transaction that it pays out.',
    examples: ['txn_01jf2m8s5v0x3c9q6w4e7r1t2y'],
  },
  'payout.amount': { description: 'What is sent, in units of `currency`.', examples: [42.434763] },
  'payout.currency': { description: 'The crypto that is sent.' },
  'payout.address': { description: 'The wallet that it is sent to.', examples: [ADDRESS] },
  'payout.status': {
    description:
      '`pending`: waits for its turn. `held`: waits for funds or a person. `sent`: on the network, not final yet. `completed`: final. `failed`: provably paid nothing.',
    examples: ['completed'],
  },
  'payout.tx_hash': {
    description: 'The transaction on the chain; null until it is sent.',
    examples: [TX_HASH],
  },
  'payout.attempts': { examples: [[TX_HASH]] },
  'payout.confirmations': {
    description: 'Blocks on top of it, its own included.',
    type: 'integer',
    minimum: 0,
    examples: [12],
  },
  'payout.sent_at': {
    description: 'When it was sent to the network; null until then.',
    format: 'date-time',
    examples: ['2026-11-22T23:51:36.481Z'],
  },
  'payout.completed_at': {
    description: 'When it was final; null until then.',
    format: 'date-time',
    examples: ['2026-11-22T23:54:08.003Z'],
  },
  'payout.failure_reason': { description: 'What proves that it paid nothing.' },

  'webhook_endpoint.id': { description: 'Id of the endpoint.' },
  'webhook_endpoint.events': {
    description: 'The event types that it hears of; `["*"]` is all.',
  },
  'webhook_endpoint.status': { description: 'A `disabled` endpoint receives nothing.' },
  'webhook_endpoint.description': { description: 'Your own note.' },

  'event.id': { description: 'Id of the event: the same on every try and every endpoint.' },
  'event.type': { description: 'What happened.' },
  'event.sequence': { type: 'integer', minimum: 1, examples: [17] },
  'event.created_at': { description: 'When it happened.', ...TIME },

  'event_resend.sequence': { type: 'integer', minimum: 1, examples: [3] },
  'event_resend.created_at': { description: 'When it was sent again.', ...TIME },

  'webhook_delivery.id': { description: 'Id of the try.' },
  'webhook_delivery.event_id': { description: 'The event that was posted.' },
  'webhook_delivery.webhook_id': { description: 'The endpoint that it was posted for.' },
  'webhook_delivery.attempt': { type: 'integer', minimum: 1, examples: [1] },
  'webhook_delivery.latency_ms': { type: 'integer', minimum: 0, examples: [83] },
  'webhook_delivery.next_attempt_at': { format: 'date-time' },
  'webhook_delivery.created_at': TIME,

  'webhook_resend.webhook_id': { description: 'The endpoint that hears of them.' },
  'webhook_resend.resent': { type: 'integer', minimum: 0, maximum: 1000, examples: [12] },
  'webhook_resend.last_sequence': { type: 'integer', minimum: 0, examples: [140] },

  from: { examples: ['2026-11-01'] },
  to: { examples: ['2026-11-30T23:59:59Z'] },
  after: { examples: [0] },
  'metadata[order_id]': { examples: ['ORD-2847'] },

  pagination: { description: 'Where this page is in the whole list.' },
  data: { description: 'The objects of this page.' },
  has_more: { examples: [false] },
  page: { description: 'The page, from 1.', type: 'integer', minimum: 1, examples: [1] },
  limit: { description: 'Objects per page.', type: 'integer', minimum: 1, maximum: 100, examples: [20] },
  total: { type: 'integer', minimum: 0, examples: [1] },
  total_pages: { description: 'Pages of `limit` objects.', type: 'integer', minimum: 0, examples: [1] },
}
