// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** One attempt to charge a card, and what became of the money. */
export type Transaction = {
  /** Id of the transaction. */
  id: string
  /** Which kind of object this is. */
  object: 'transaction'
  /** Whether it is about real money: true with live keys, false with test keys. */
  livemode: boolean
  /** The session that was paid. */
  checkout_session_id: string
  /** Gross, major units of `currency`. */
  amount: number
  /** ISO 4217 code of the currency that the card is charged in. */
  currency: 'USD' | 'EUR' | 'GBP' | 'CAD' | 'AUD'
  /** Net crypto, fixed at capture; null until then. */
  payout_amount: number | null
  /** The crypto you receive. */
  payout_currency: 'USDT' | 'USDC' | 'BTC' | 'ETH'
  /** Platform fee, major units of `currency`. */
  fee_amount: number
  /**
   * `pending`: the bank is asked. `processing`: charged, the payout is on its way. `completed`: the
   * payout is final in your wallet. `failed`: nothing was charged. `refunded`: given back.
   */
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'refunded'
  /** The customer’s e-mail address. */
  customer_email: string | null
  /** The card’s brand. */
  card_brand: string | null
  /** The card’s last four digits. */
  card_last_four: string | null
  /**
   * Why nothing was charged: `card_declined`, `insufficient_funds`, `expired_card`, `incorrect_cvc`,
   * `authentication_failed` and others.
   */
  failure_code: string | null
  /** The same in words. */
  failure_message: string | null
  /** Your own key/value pairs, as strings. */
  metadata: Record<string, string>
  /** How fiat became crypto; null until the card is charged. */
  conversion: {
    /** Crypto per one unit of fiat, exact decimal. */
    rate: string
    /** The exchanges whose prices went into the rate. */
    sources: string[]
    /** When the rate was quoted. */
    time: string
  } | null
  /** The payout that sends you the crypto; null until there is one. */
  payout_id: string | null
  /** What the customer got back so far, in major units. */
  amount_refunded: number
  /** When the payout was final; null until then. */
  paid_out_at: string | null
  /** When it was made. */
  created_at: string
}
