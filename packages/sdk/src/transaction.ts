import type { Currency, Metadata, PayoutCurrency } from './money.ts'

/** States of a transaction. `processing`: the card is captured, the payout is not final yet. */
export type TransactionStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'refunded'

/** How captured fiat became crypto: `payout_amount` is `(amount - fee_amount) × rate`, rounded down. */
export type Conversion = {
  /** Crypto for one unit of fiat, an exact decimal. */
  rate: string
  /** The venues whose prices made the rate. */
  sources: string[]
  time: string
}

/** One attempt to charge a card for a session. A declined attempt is a `failed` transaction. */
export type Transaction = {
  id: string
  object: 'transaction'
  livemode: boolean
  checkout_session_id: string
  /** Gross fiat, major units. */
  amount: number
  currency: Currency
  /** Net crypto, major units. Null until known. */
  payout_amount: number | null
  payout_currency: PayoutCurrency
  /** Platform fee in fiat, major units. */
  fee_amount: number
  status: TransactionStatus
  customer_email: string | null
  card_brand: string | null
  card_last_four: string | null
  failure_code: string | null
  failure_message: string | null
  metadata: Metadata
  conversion: Conversion | null
  payout_id: string | null
  /** Fiat, major units. */
  amount_refunded: number
  paid_out_at: string | null
  created_at: string
}

/** Filters and paging of `transactions.list`. Newest first. */
export type ListTransactionsParams = {
  /** From 1. */
  page?: number | undefined
  /** 1 to 100, default 20. */
  limit?: number | undefined
  status?: TransactionStatus | undefined
  /** Created at or after. ISO 8601 or Date. */
  from?: string | Date | undefined
  /** Created at or before. ISO 8601 or Date. */
  to?: string | Date | undefined
  /** Id of the last transaction already seen, instead of `page`. */
  starting_after?: string | undefined
}
