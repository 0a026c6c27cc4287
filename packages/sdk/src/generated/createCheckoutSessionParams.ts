// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `createCheckoutSession` takes. */
export type CreateCheckoutSessionParams = {
  /**
   * Amount to charge, in major units with at most 2 decimals: 49.99. A JSON number or a decimal
   * string.
   */
  amount: number | string
  /** ISO 4217 currency of the charge. */
  currency: 'USD' | 'EUR' | 'GBP' | 'CAD' | 'AUD'
  /** The crypto you receive. */
  payout_currency: 'USDT' | 'USDC' | 'BTC' | 'ETH'
  /** Pre-fills the e-mail field on the page. */
  customer_email?: string | null | undefined
  /**
   * Up to 50 key/value pairs for your records, returned in webhooks. Keys of 1 to 40 characters
   * without quotes, backslashes or control characters; values up to 500 characters.
   */
  metadata?: Record<string, string | number | boolean> | undefined
  /** Where the customer goes after paying. {CHECKOUT_SESSION_ID} is filled in. */
  redirect_url?: string | null | undefined
  /** Replaces your default webhook URL for this session. */
  webhook_url?: string | null | undefined
  /** Seconds until the session expires, 300 to 86400. Default 3600. */
  expires_in?: number | undefined
  /**
   * Language of the hosted page. `auto`, the default, leaves it to the browser. The customer can
   * change it there.
   */
  locale?:
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
    | 'auto'
    | null
    | undefined
  /**
   * What the customer buys, shown on the page, the receipt and its mail: 1 to 200 characters on one
   * line. Spaces around it are dropped.
   */
  description?: string | null | undefined
}
