// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** One amount that one customer is asked to pay on a hosted page. */
export type CheckoutSession = {
  /** Id of the session. */
  id: string
  /** Which kind of object this is. */
  object: 'checkout_session'
  /** Whether it is about real money: true with live keys, false with test keys. */
  livemode: boolean
  /** Hosted checkout page. Send the customer here. */
  url: string
  /** What the customer is asked to pay, in major units. */
  amount: number
  /** ISO 4217 code of the currency that the card is charged in. */
  currency: 'USD' | 'EUR' | 'GBP' | 'CAD' | 'AUD'
  /** The crypto you receive. */
  payout_currency: 'USDT' | 'USDC' | 'BTC' | 'ETH'
  /**
   * `pending`: can be paid. `completed`: paid. `failed`: too many cards were declined. `expired`:
   * its time passed, or you expired it. The last three are final.
   */
  status: 'pending' | 'completed' | 'failed' | 'expired'
  /** The customer’s e-mail address. */
  customer_email: string | null
  /** Your own key/value pairs, as strings. */
  metadata: Record<string, string>
  /** Where the customer goes after paying. */
  redirect_url: string | null
  /** Where this session’s events go instead of your default URL. */
  webhook_url: string | null
  /** Language of the hosted page; null: the browser decides. */
  locale:
    | 'en'
    | 'de'
    | 'es'
    | 'fr'
    | 'it'
    | 'pt'
    | 'nl'
    | 'pl'
    | 'sv'
    | 'da'
    | 'fi'
    | 'cs'
    | 'tr'
    | 'uk'
    | 'ar'
    | 'he'
    | 'fa'
    | 'ja'
    | 'ko'
    | 'zh'
    | null
  /** What the customer buys, as the page and the receipt show it. */
  description: string | null
  /** The transaction that paid the session; null until it is paid. */
  transaction_id: string | null
  /** ISO 8601. After this the session cannot be paid. */
  expires_at: string
  /** When it was made. */
  created_at: string
}
