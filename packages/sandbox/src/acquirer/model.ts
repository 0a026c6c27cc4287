import type { Brand } from './browser/cardNumber.ts'
import type { Outcome, ThreeDs } from './cards.ts'

/** Every state a payment can be in. `processing` is only ever shown through `/_sim/payments/:id/show_status`. */
export type PaymentStatus =
  | 'requires_method'
  | 'requires_action'
  | 'processing'
  | 'authorized'
  | 'captured'
  | 'partially_captured'
  | 'voided'
  | 'expired'
  | 'failed'

export const CURRENCIES = ['USD', 'EUR', 'GBP', 'CAD', 'AUD'] as const
export type Currency = (typeof CURRENCIES)[number]

/** What the acquirer keeps of a card. The number and the security code are never stored. */
export type Card = {
  readonly brand: Brand
  readonly last_four: string
  readonly exp_month: number
  readonly exp_year: number
  readonly funding: 'credit' | 'debit' | 'prepaid'
}

export type Failure = { readonly code: string; readonly message: string }

export type Refund = {
  readonly id: string
  readonly payment_id: string
  readonly amount_minor: number
  readonly currency: Currency
  readonly status: 'succeeded'
  readonly created_at: string
}

/** `three_ds`: the page is shown inside the shop's page. `redirect`: the customer is sent to it. */
export type NextAction = {
  readonly type: 'three_ds' | 'redirect'
  readonly url: string
  /** After this the bank gives up. */
  readonly until: string
}

/** A payment as it is now. All amounts are integers in minor units (cents). */
export type Payment = {
  readonly id: string
  readonly status: PaymentStatus
  readonly amount_minor: number
  readonly currency: Currency
  readonly reference: string
  readonly session: string
  readonly descriptor: string
  readonly capture_method: 'manual'
  readonly authorized_minor: number
  readonly captured_minor: number
  readonly refunded_minor: number
  readonly card: Card | null
  readonly failure: Failure | null
  /** Whether the bank is to be asked for 3-D Secure whenever the card knows it, or only where the bank insists. */
  readonly three_ds: 'always' | 'when_needed'
  /** Where the bank's own page sends the customer back to; its origin is the page that may frame the challenge. */
  readonly return_url: string | null
  /** How 3-D Secure went: the bank's proof is what moves the liability for fraud to it. Null: not come to that yet. */
  readonly authentication: 'none' | 'frictionless' | 'challenged' | null
  readonly next_action: NextAction | null
  /** The last part of the action's address. Kept when it is over, so that the bank's page can say so. Never shown. */
  readonly action_secret: string | null
  /** What the bank will say once the challenge is passed. Never shown to the API. */
  readonly after_action: Outcome | null
  /** The authorisation lapses at this time. */
  readonly capture_before: string | null
  readonly refunds: readonly Refund[]
  readonly created_at: string
  readonly updated_at: string
}

/**
 * One money movement, written once and never changed. `void` is any hold given back: a void, an expiry, or the rest
 * of a partial capture.
 */
export type Entry = {
  readonly seq: number
  readonly at: string
  readonly type: 'authorize' | 'capture' | 'void' | 'refund'
  readonly payment_id: string
  readonly refund_id: string | null
  readonly amount_minor: number
  readonly currency: Currency
}

export type EventType =
  | 'payment.requires_action'
  | 'payment.authorized'
  | 'payment.failed'
  | 'payment.captured'
  | 'payment.voided'
  | 'payment.expired'
  | 'refund.succeeded'

export type AcquirerEvent = {
  readonly id: string
  readonly type: EventType
  readonly created_at: string
  readonly payment_id: string
}

/** A single-use stand-in for a card, bound to one checkout session. */
export type Token = {
  readonly id: string
  readonly session: string
  readonly card: Card
  readonly outcome: Outcome
  readonly three_ds: ThreeDs
  readonly expires_at: string
  readonly used_by: string | null
}

/** The first answer given under an idempotency key, and what was asked. */
export type StoredAnswer = {
  readonly key: string
  readonly fingerprint: string
  readonly status: number
  readonly body: unknown
}

/** An entry before the book gives it its number. */
export type Movement = Pick<Entry, 'type' | 'amount_minor'> & { readonly refund_id?: string }

/** What one call changes. It is applied and written as one line, so a crash leaves all of it or nothing. */
export type Commit = {
  readonly payment?: Payment
  readonly entries?: readonly Entry[]
  readonly event?: AcquirerEvent
  readonly token?: Token
  readonly answer?: StoredAnswer
  /** Id of an event that needs no more webhook tries. */
  readonly delivered?: string
}

/** What an API verb wants done and said. It changes nothing by itself. */
export type Done = {
  readonly status: number
  readonly body: unknown
  readonly payment?: Payment
  readonly movements?: readonly Movement[]
  readonly event?: EventType
  readonly token?: Token
}
