/** The chart of accounts; the database holds the same list with the assets each may carry. */
export const ACCOUNTS = [
  // What we have.
  /** What the acquirer owes us: captured, not yet settled. */
  'acquirer_receivable',
  /** Fiat that has arrived. */
  'bank',
  /** Fiat and coins at the exchanges. */
  'venue',
  /** Coins in the wallets that pay. */
  'hot_wallet',
  /** What a merchant owes us: refunds and chargebacks that came after the payout. */
  'merchant_receivable',

  // What we owe.
  /** Owed to the merchant: fiat that is not converted, crypto that is not in a chain transaction. */
  'merchant_payable',
  /** Kept back from the merchant for refunds and chargebacks. */
  'merchant_reserve',
  /** Crypto in a chain transaction that is not final. */
  'payout_in_flight',

  // Between.
  /** The bridge between fiat and crypto: what was sold on one side, bought on the other. */
  'fx',
  /** What we cannot explain yet. It should be empty. */
  'suspense',
  /** What the owner of the server put in. */
  'capital',

  // What we earn and spend.
  'fee_revenue',
  'spread_revenue',
  /** What merchants pay for chain transactions. */
  'network_fee_revenue',
  /** Fractions of a cent that a conversion leaves over. Never dropped. */
  'rounding',
  'acquirer_expense',
  'venue_expense',
  'gas_expense',
  /** Chargebacks that no merchant pays back. */
  'chargeback_loss',
] as const

export type Account = (typeof ACCOUNTS)[number]

/** The side on which a balance grows. */
export type Side = 'debit' | 'credit'
