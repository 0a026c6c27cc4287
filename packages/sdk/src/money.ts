/** Fiat currencies a customer can be charged in (ISO 4217). */
export type Currency = 'USD' | 'EUR' | 'GBP' | 'CAD' | 'AUD'

/** Crypto a merchant can be paid out in. */
export type PayoutCurrency = 'USDT' | 'USDC' | 'BTC' | 'ETH'

/** Key/value pairs of the merchant, copied from the session to its transaction, payout and events. */
export type Metadata = Record<string, string>
