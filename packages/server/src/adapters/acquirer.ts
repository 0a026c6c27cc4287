import type { Fiat, Money } from '../lib/money.ts'

/**
 * The card side of the world, as the gateway needs it. One folder per acquirer under `acquirers/`; every one passes
 * `conformance/acquirer.ts`. No method takes a card number: the customer types it into the acquirer's own iframe and
 * the gateway only ever holds a single-use token.
 *
 * Guarantees of every adapter:
 * - same key and same arguments: the effect happens at most once, and the answer is the same;
 * - a provider state it does not know is `processing`, never `failed`;
 * - a timeout, a cut connection or a 5xx throws ProviderError `unknown`; only a provider's own refusal is `refused`;
 * - webhooks are hints: the core re-reads `retrieve` and only moves forward.
 */
export interface Acquirer {
  /** Name in config, in the database and in the inbound webhook's path, e.g. `simulator`. */
  readonly id: string
  /** Creates an uncaptured payment of `amount`. The same key returns the same payment. */
  createPayment(input: CreatePayment, key: string): Promise<PaymentSnapshot>
  /** Authorises the payment with the token from the iframe. A decline is an answer (`failed`), not an exception. */
  confirm(ref: string, token: string, key: string): Promise<PaymentSnapshot>
  /** The only source of truth about a payment. Throws ProviderError `refused` when the acquirer does not know it. */
  retrieve(ref: string): Promise<PaymentSnapshot>
  /** Takes the whole authorised amount, or `amount` of it. */
  capture(ref: string, amount: Money<Fiat>, key: string): Promise<PaymentSnapshot>
  /** Gives an uncaptured authorisation back. */
  void(ref: string, key: string): Promise<PaymentSnapshot>
  /** Returns captured money to the card. */
  refund(ref: string, amount: Money<Fiat>, key: string): Promise<RefundSnapshot>
  /** Verifies the signature over the raw bytes and parses. Throws BadSignature. `now` in seconds. */
  parseWebhook(raw: string, headers: Record<string, string | undefined>, now: number): AcquirerEvent[]
  /** Everything that happened after the event `after`, oldest first: the catch-up for webhooks that never came. */
  listEvents(after: string | null): Promise<AcquirerEvent[]>
  /** Proves that the acquirer is reached and takes our key. Reads only. Throws ProviderError, `refused` for a bad key. */
  probe(): Promise<void>
  /** What the hosted page needs to show the card fields. Public values only. */
  element(input: { session: string; origin: string; locale: string }): CardElement
  /**
   * Only acquirers with test cards have it, and only in test mode. The token that the iframe would give for the test
   * card of that name, bound to `session`. The card's number stays with the acquirer. The same key gives the same token.
   */
  testToken?(card: TestCard, session: string, key: string): Promise<string>
}

/** Test cards by what they do: a brand pays, a decline code is declined with it. Every adapter maps these to its own. */
export const TEST_CARDS = [
  'visa',
  'mastercard',
  'amex',
  'discover',
  'card_declined',
  'insufficient_funds',
  'expired_card',
  'incorrect_cvc',
  'processing_error',
  'lost_card',
  'stolen_card',
  'fraudulent',
  'authentication_failed',
  'three_ds_frictionless',
  'three_ds_challenge',
  'three_ds_redirect',
] as const
export type TestCard = (typeof TEST_CARDS)[number]

export type CreatePayment = {
  readonly amount: Money<Fiat>
  /** Our transaction id: the acquirer stores it and reports it back in every snapshot. */
  readonly reference: string
  /** The checkout session id: a token made for another session is refused at confirm. */
  readonly session: string
  /** What the customer reads on the card statement, at most 22 characters. */
  readonly descriptor: string
  readonly three_ds: ThreeDsWish
  /** Where a bank that asks on a page of its own sends the customer back to. Absolute. */
  readonly return_url: string
}

/**
 * Whether the customer's bank is asked who pays (3-D Secure). `always`: whenever the card knows it; `when_needed`: only
 * where the bank or the law insists.
 */
export const THREE_DS_WISHES = ['always', 'when_needed'] as const
export type ThreeDsWish = (typeof THREE_DS_WISHES)[number]

/**
 * What the customer has to do before the payment goes on. `frame`: a page of the acquirer's own origin, shown inside
 * ours, which nests whatever page the bank has. It tells `skiro:ready`, `skiro:height {height}` and, when the customer
 * has answered, `skiro:challenge_done`. `redirect`: the customer goes to `url` and comes back to `return_url`.
 */
export type CustomerAction = { readonly kind: 'frame' | 'redirect'; readonly url: string }

export type PaymentState =
  | 'requires_method'
  | 'requires_action'
  | 'processing'
  | 'authorized'
  | 'captured'
  | 'voided'
  | 'failed'

/** A payment as the acquirer's own book has it now. */
export type PaymentSnapshot = {
  readonly ref: string
  readonly reference: string
  readonly state: PaymentState
  readonly amount: Money<Fiat>
  readonly captured: bigint
  readonly refunded: bigint
  readonly card: { readonly brand: string; readonly last_four: string } | null
  readonly failure: { readonly code: DeclineCode; readonly message: string } | null
  /** In `requires_action` only. Null there means that the customer cannot be asked from here yet. */
  readonly action: CustomerAction | null
}

export type RefundSnapshot = {
  readonly ref: string
  readonly state: 'pending' | 'succeeded' | 'failed'
  readonly amount: bigint
}

/** Stripe's decline vocabulary, which merchants' developers know. An adapter maps unknown codes to `card_declined`. */
export type DeclineCode =
  | 'card_declined'
  | 'insufficient_funds'
  | 'expired_card'
  | 'incorrect_cvc'
  | 'incorrect_number'
  | 'processing_error'
  | 'lost_card'
  | 'stolen_card'
  | 'fraudulent'
  | 'authentication_failed'
  | 'invalid_token'

export type AcquirerEvent = {
  readonly id: string
  /** Provider's own type name, kept for the record. */
  readonly type: string
  readonly payment_ref: string
  readonly occurred_at: string
}

/** The card fields: an iframe on the acquirer's origin and the exact origin its messages come from. */
export type CardElement = {
  readonly frame_url: string
  readonly origin: string
  /** Test cards that the frame types by itself when it is told `skiro:test_fill {card}`. Empty where money is real. */
  readonly test_cards: readonly TestCard[]
}

/** A webhook whose signature does not verify, or is older than the tolerance. */
export class BadSignature extends Error {
  override name = 'BadSignature'
}
