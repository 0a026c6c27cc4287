// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** Your account as the API key sees it: the settings of the key’s mode. */
export type Merchant = {
  /** Id of the merchant. */
  id: string
  /** Which kind of object this is. */
  object: 'merchant'
  /** The mode that its wallets and webhook URL are of: that of the key. */
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
  /** When it was made. */
  created_at: string
}
