// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** Your account after a change, and what changed. */
export type MerchantUpdate = {
  /** Id of the merchant. */
  id: string
  /** Which kind of object this is. */
  object: 'merchant'
  /** The mode that its wallets, webhook URL and branding are of: that of the key. */
  livemode: boolean
  /** What customers see on the hosted page. */
  name: string
  /** Where the owner is written to. */
  email: string
  /** The plan, which sets the fee. */
  plan: string
  /** Platform fee in basis points: 1500 is 15 %. Null when this server no longer offers the plan. */
  fee_bps: number | null
  /**
   * Whether the customer’s bank is asked who pays (3-D Secure). `always`: whenever the card knows
   * it, which is the default, as a payout in crypto cannot be called back. `when_needed`: only where
   * the bank or the law insists.
   */
  three_ds: 'always' | 'when_needed'
  /** Where each payout currency is sent. Currencies without a wallet are left out. */
  wallets: Partial<
    Record<
      'USDT' | 'USDC' | 'BTC' | 'ETH',
      {
        /** The chain that it is paid on. */
        network: string
        /** Your wallet’s address. */
        address: string
        /**
         * A changed address that waits: from `effective_at` on, new payments go there. Left out when
         * nothing is to change.
         */
        next?: {
          /** The chain that it is paid on. */
          network: string
          /** Your wallet’s address. */
          address: string
          effective_at: string
        }
      }
    >
  >
  /** Hears of every event unless the session brings its own `webhook_url`. */
  default_webhook_url: string | null
  /** What customers see on the hosted page. Null: not set. */
  branding: {
    /** What customers read instead of `name`. */
    display_name: string | null
    /** Where customers ask. Null, with no other support contact: `email`. */
    support_email: string | null
    /** Page of help. */
    support_url: string | null
    /** International number. */
    support_phone: string | null
    /** Terms of sale. */
    terms_url: string | null
    /** What is done with personal data. */
    privacy_url: string | null
    /** What card statements show. Transactions that exist keep theirs. */
    statement_descriptor: string | null
    /** Links, focus and the mark, as `#rrggbb`; made darker or lighter where it could not be read. */
    brand_color: string | null
    /** The pay button. Null: `brand_color`. */
    button_color: string | null
    /** The logo as PNG, at an address of its own for each picture. */
    logo_url: string | null
  }
  /** When it was made. */
  created_at: string
  /** What became different. Never empty. */
  changes: Array<{
    /** Its path in this object. */
    field: string
    /** What it was. Null: it was not set. */
    from: string | number | null
    /** What it is now. Null: it was taken away. */
    to: string | number | null
  }>
}
