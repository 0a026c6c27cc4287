import type { Locale } from '../lib/locales.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import { toJsonNumber } from '../lib/money.ts'

/** A completed, failed or expired session never moves again; the database binds that. */
export const SESSION_STATUSES = ['pending', 'completed', 'failed', 'expired'] as const
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/** A row of `checkout_session`. `amount` is in minor units. */
export type SessionRow = {
  merchant_id: string
  livemode: boolean
  id: string
  status: SessionStatus
  amount: bigint
  currency: Fiat
  payout_currency: Crypto
  customer_email: string | null
  metadata: Record<string, string>
  redirect_url: string | null
  webhook_url: string | null
  /** Null: the visitor's browser decides. */
  locale: Locale | null
  /** What the customer buys, as the customer reads it. */
  description: string | null
  transaction_id: string | null
  attempts: number
  expires_at: Date
  created_at: Date
}

/** The checkout_session object of the API. `amount` in major units. */
export function renderSession(row: SessionRow, public_url: string) {
  return {
    id: row.id,
    object: 'checkout_session' as const,
    livemode: row.livemode,
    url: `${public_url}/${row.id}`,
    amount: toJsonNumber({ amount: row.amount, asset: row.currency }),
    currency: row.currency,
    payout_currency: row.payout_currency,
    status: row.status,
    customer_email: row.customer_email,
    metadata: row.metadata,
    redirect_url: row.redirect_url,
    webhook_url: row.webhook_url,
    locale: row.locale,
    description: row.description,
    transaction_id: row.transaction_id,
    expires_at: row.expires_at.toISOString(),
    created_at: row.created_at.toISOString(),
  }
}
