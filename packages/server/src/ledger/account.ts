/** The chart of accounts; the database holds the same list with the assets each may carry. */
export const ACCOUNTS = [
  /** What the acquirer owes us: captured, not yet settled. */
  'acquirer_receivable',
  /** The bridge between fiat and crypto: what was sold on one side, bought on the other. */
  'fx',
  'fee_revenue',
  'spread_revenue',
  /** Fractions of a cent that a conversion leaves over. Never dropped. */
  'rounding',
  'hot_wallet',
  /** Crypto owed to the merchant and not yet tied to a chain transaction. */
  'merchant_payable',
  /** Crypto in a signed transaction that is not final. */
  'payout_in_flight',
  'gas_expense',
] as const

export type Account = (typeof ACCOUNTS)[number]
