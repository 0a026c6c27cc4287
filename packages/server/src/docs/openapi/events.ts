import type { z } from 'zod'
import { sessionSchema } from '../../checkout/schema.ts'
import type { EventType } from '../../events/event.ts'
import { merchantUpdateSchema } from '../../merchants/schema.ts'
import { payoutSchema } from '../../payouts/schema.ts'
import { transactionSchema } from '../../transactions/schema.ts'
import { endpointSchema } from '../../webhooks/schema.ts'

export type EventText = {
  readonly summary: string
  readonly description: string
  /** What `data` is. */
  readonly data: z.ZodType
  /** Properties of `data` as they typically are in this event. */
  readonly example: Readonly<Record<string, unknown>>
}

const DECLINED = {
  payout_amount: null,
  status: 'failed',
  failure_code: 'insufficient_funds',
  failure_message: 'The card has insufficient funds.',
  conversion: null,
  payout_id: null,
  paid_out_at: null,
}
const CAPTURED = { status: 'processing', paid_out_at: null }
const TX_HASH = '0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060'
const NOT_SENT = { tx_hash: null, attempts: [], confirmations: 0, sent_at: null, completed_at: null }

/** What the documents say about each event type. */
export const EVENT_TEXTS: Readonly<Record<EventType, EventText>> = {
  'checkout.completed': {
    summary: 'A customer has paid',
    description:
      'The card is charged: deliver now. `data` is the transaction, which stays `processing` until the crypto is final in your wallet.',
    data: transactionSchema,
    example: CAPTURED,
  },
  'checkout.failed': {
    summary: 'An attempt to pay failed',
    description:
      'The card was declined, or the customer gave up its check. Unless the session has ended, the customer may try again, so do not cancel the order yet.',
    data: transactionSchema,
    example: DECLINED,
  },
  'checkout.expired': {
    summary: 'A session has expired',
    description:
      'Its time passed, or you expired it. It cannot be paid any more: give back what you had reserved for the order.',
    data: sessionSchema,
    example: { status: 'expired' },
  },
  'payout.sent': {
    summary: 'A payout was sent to the network',
    description: 'The transaction is out, under `tx_hash`, and waits for its confirmations.',
    data: payoutSchema,
    example: { status: 'sent', tx_hash: TX_HASH, attempts: [TX_HASH], confirmations: 0, completed_at: null },
  },
  'payout.completed': {
    summary: 'A payout is in your wallet',
    description:
      'It is final on the chain: no reorganisation can undo it. The transaction is `completed` too.',
    data: payoutSchema,
    example: {},
  },
  'payout.failed': {
    summary: 'A payout has failed',
    description:
      'It is proven that it paid nothing; `failure_reason` says why. Nothing is sent again by itself.',
    data: payoutSchema,
    example: { status: 'failed', completed_at: null, failure_reason: 'the transaction reverted' },
  },
  'payout.held': {
    summary: 'A payout waits',
    description:
      'It waits for funds or for a person; `hold_reason` says for which. It goes on by itself after that.',
    data: payoutSchema,
    example: { status: 'held', hold_reason: 'insufficient_treasury', ...NOT_SENT },
  },
  'webhook.disabled': {
    summary: 'Deliveries to an endpoint have stopped',
    description:
      'Every try of 72 hours failed, or the endpoint answered 410; `disabled_reason` says which. Your other endpoints hear of it. Mend it, set its `status` to `enabled`, and send again what it missed.',
    data: endpointSchema,
    example: { status: 'disabled', disabled_reason: 'failing', failing_since: '2026-11-22T23:51:30.227Z' },
  },
  'merchant.updated': {
    summary: 'Your settings have changed',
    description:
      'A wallet, the plan, or the default webhook URL; `changes` says what was and what is. If it was not you, look at once: a wallet is where your money goes. The plan holds for both modes, so each hears of it.',
    data: merchantUpdateSchema,
    example: {},
  },
  'webhook.test': {
    summary: 'You sent a test event',
    description: 'By `POST /v1/webhooks/{id}/test`. Only that endpoint hears of it, whatever its `events`.',
    data: endpointSchema,
    example: {},
  },
}
