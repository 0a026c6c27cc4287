import type { CheckoutSession } from './checkoutSession.ts'
import type { Payout } from './payout.ts'
import type { Transaction } from './transaction.ts'

/** Where events are delivered to. */
export type WebhookEndpoint = {
  id: string
  object: 'webhook_endpoint'
  livemode: boolean
  url: string
  /** Event types, or `["*"]`. */
  events: string[]
  status: 'enabled' | 'disabled'
  description: string | null
  created_at: string
}

/** The cardholder's bank took a payment back or asks about it. */
export type Dispute = { id: string; object: 'dispute'; livemode: boolean; [field: string]: unknown }

/** The merchant's settings, with what changed. */
export type Merchant = { id: string; object: 'merchant'; livemode: boolean; [field: string]: unknown }

// Distributes over `Type`, so that `Extract<SkiroEvent, { type: 'payout.sent' }>` finds its event.
type EventOf<Type extends string, Data> = Type extends string
  ? {
      id: string
      type: Type
      /** ISO 8601 UTC. */
      created_at: string
      livemode: boolean
      /** Per merchant and mode, without gaps: a later event has the higher number, however it arrives. */
      sequence: number
      /** The full object as it was then. */
      data: Data
    }
  : never

/**
 * A webhook event. `switch (event.type)` narrows `event.data`.
 * Newer servers may send types this version does not list: ignore what you do not handle.
 */
export type SkiroEvent =
  | EventOf<'checkout.completed' | 'checkout.failed' | 'transaction.refunded', Transaction>
  | EventOf<'checkout.expired', CheckoutSession>
  | EventOf<'payout.sent' | 'payout.completed' | 'payout.failed' | 'payout.held', Payout>
  | EventOf<'dispute.opened' | 'dispute.closed', Dispute>
  | EventOf<'merchant.updated', Merchant>
  | EventOf<'webhook.disabled', WebhookEndpoint>

/** Every event type this version knows. */
export type SkiroEventType = SkiroEvent['type']
