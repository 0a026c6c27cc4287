import type { CardElement, CustomerAction } from '../adapters/acquirer.ts'

/**
 * `authenticate`: the customer's bank wants an answer from the customer. `paid`: shown to who has just paid;
 * `already_paid`: to whoever opens the page of a payment that was made before, or in another tab; `receipt`: to whoever
 * follows the link in a mailed receipt.
 */
export type PageState =
  | 'open'
  | 'authenticate'
  | 'processing'
  | 'paid'
  | 'already_paid'
  | 'receipt'
  | 'failed'
  | 'expired'
  | 'unknown'

/** Everything the hosted page shows, as plain data: the routes fill it, `renderPage` prints it. */
export type PageView = {
  readonly state: PageState
  readonly session_id: string | null
  readonly merchant_name: string | null
  readonly support_email: string | null
  /** How the merchant wants it to look; null: as we do. */
  readonly brand: PageBrand | null
  /** What the card statement will show, of a payment still to come. */
  readonly statement_descriptor: string | null
  /** Exact decimal in major units with at most two decimals, e.g. `49.99`. */
  readonly amount: string | null
  /** ISO 4217 code, e.g. `USD`. */
  readonly currency: string | null
  /** What the customer buys, in the shop's words. */
  readonly description: string | null
  readonly customer_email: string | null
  /** Whether an address that is entered when paying gets a receipt. */
  readonly mails_receipt: boolean
  /** Where a paid customer goes, with the session id already filled in. */
  readonly redirect_url: string | null
  readonly livemode: boolean
  readonly expires_at: string | null
  /** The server's clock now: the browser counts down by it, never by its own. */
  readonly server_time: string
  /** The last declined attempt, while another one is still allowed. */
  readonly attempt_error: { readonly code: string } | null
  readonly receipt: {
    readonly paid_at: string
    readonly card_brand: string | null
    readonly card_last_four: string | null
    readonly transaction_id: string
    /** What the card statement says. */
    readonly descriptor: string
    /** The merchant's own name for the order, when it gave one. */
    readonly order_id: string | null
    /** Where this receipt is found again. */
    readonly page_url: string
    /** Whether one more mail may go to `customer_email`. */
    readonly can_mail: boolean
    /** Whether the customer may say an address, as none was entered when paying. */
    readonly asks_address: boolean
  } | null
  /** What the bank wants, in the state `authenticate`. */
  readonly action: CustomerAction | null
  /** The acquirer's card frame. Null in an open session means the acquirer cannot be asked now. */
  readonly element: CardElement | null
}

/** A merchant's branding, as far as it stands on the page. Colours `#rrggbb`, sizes in pixels, URLs as they were stored. */
export type PageBrand = {
  readonly logo: {
    readonly path: string
    readonly width: number
    readonly height: number
    readonly fades_on: 'light' | 'dark' | null
  } | null
  readonly brand_color: string | null
  readonly button_color: string | null
  readonly support_url: string | null
  readonly support_phone: string | null
  readonly terms_url: string | null
  readonly privacy_url: string | null
}
