// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `payCheckoutSession` takes. */
export type PayCheckoutSessionParams = {
  /**
   * Which test card: a brand pays, a decline code is declined with that code,
   * `authentication_failed` fails 3-D Secure, `three_ds_frictionless` passes it unasked; with the
   * other two the bank waits for the customer, on the page of the session.
   */
  card:
    | 'visa'
    | 'mastercard'
    | 'amex'
    | 'discover'
    | 'card_declined'
    | 'insufficient_funds'
    | 'expired_card'
    | 'incorrect_cvc'
    | 'processing_error'
    | 'lost_card'
    | 'stolen_card'
    | 'fraudulent'
    | 'authentication_failed'
    | 'three_ds_frictionless'
    | 'three_ds_challenge'
    | 'three_ds_redirect'
  /**
   * What happens to the payout, where it should not simply arrive. `held`: the token refuses your
   * wallet for some seconds. `failed`: it refuses your wallet in the very block of the payout. For
   * sessions paid out in USDC.
   */
  payout?: 'held' | 'failed' | undefined
}
