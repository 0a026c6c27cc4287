import type { Currency, Metadata, PayoutCurrency } from './money.ts'

/** What to charge and where the customer and the events go. Unset fields may be left out. */
export type CreateCheckoutParams = {
  /** Major units with at most 2 decimals (`49.99`). Sent as given; a string avoids float arithmetic. */
  amount: number | string
  currency: Currency
  /** The crypto that is sent to the merchant's wallet. */
  payout_currency: PayoutCurrency
  /** Pre-fills the email field on the page. */
  customer_email?: string | null | undefined
  /** Up to 50 pairs, keys up to 40 and values up to 500 characters. Numbers and booleans become strings. */
  metadata?: Record<string, string | number | boolean> | undefined
  /** Where the customer goes after paying. `{CHECKOUT_SESSION_ID}` in it is filled in. */
  redirect_url?: string | null | undefined
  /** Replaces the merchant's default webhook URL for this session. */
  webhook_url?: string | null | undefined
  /** Lifetime in seconds, 300 to 86400. Default 3600. */
  expires_in?: number | undefined
}

/** A page on which a customer pays one amount once. */
export type CheckoutSession = {
  id: string
  object: 'checkout_session'
  livemode: boolean
  /** Hosted page. Send the customer here. */
  url: string
  /** Major units, two decimals. */
  amount: number
  currency: Currency
  payout_currency: PayoutCurrency
  status: 'pending' | 'completed' | 'failed' | 'expired'
  customer_email: string | null
  metadata: Metadata
  redirect_url: string | null
  webhook_url: string | null
  /** Null until a card was captured. */
  transaction_id: string | null
  /** ISO 8601 UTC. After this the session cannot be paid. */
  expires_at: string
  created_at: string
}
