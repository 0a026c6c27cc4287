import type { Acquirer } from '../../acquirer.ts'

export type LossyOperation = 'create' | 'confirm' | 'capture' | 'void' | 'refund'

/** What the suite needs around an adapter: a provider it can spoil, and a second way to see the provider's book. */
export type AcquirerHarness = {
  readonly acquirer: Acquirer
  /** The same adapter pointed at an address where nothing listens. */
  readonly unreachable: Acquirer
  /** The same adapter with a key that the provider does not know. */
  readonly stranger: Acquirer
  /** The same adapter with a timeout of about 100 ms. */
  readonly impatient: Acquirer
  /** A token for a test card of that outcome, made for that session by the provider's own card page or vault. */
  token(session: string, outcome: CardOutcome): Promise<string>
  /**
   * Spoils the next call. `answer_cut` and `answer_500`: it takes effect, its answer is lost. `request_cut` and
   * `request_500`: it fails without effect. `slow`: it takes effect after about 300 ms.
   */
  spoil(operation: LossyOperation, how: Spoil): Promise<void>
  /** Answers the bank's question about that payment, as the customer. */
  answerChallenge(ref: string, passes: boolean): Promise<void>
  /** Makes the provider report a status that no adapter can know. */
  showUnknownStatus(ref: string): Promise<void>
  /** What the provider's own book says about a reference, read without the adapter. */
  book(reference: string): Promise<BookedReference>
  /** Whether the provider's book as a whole adds up. */
  bookIsSound(): Promise<boolean>
  /** A webhook about that payment as it came over the wire, with the receiver's clock in seconds. */
  webhookAbout(ref: string): Promise<ReceivedWebhook>
  close(): Promise<void>
}

/** `frictionless`, `challenge`, `challenge_redirect`: approved, after 3-D Secure of that kind. */
export type CardOutcome =
  | 'approved'
  | 'card_declined'
  | 'insufficient_funds'
  | 'unknown_decline'
  | 'frictionless'
  | 'challenge'
  | 'challenge_redirect'
export type Spoil = 'answer_cut' | 'answer_500' | 'request_cut' | 'request_500' | 'slow'

export type BookedReference = {
  readonly payments: number
  readonly authorizations: number
  readonly authorized: bigint
  readonly captured: bigint
  readonly refunded: bigint
}

export type ReceivedWebhook = {
  readonly raw: string
  readonly headers: Record<string, string | undefined>
  readonly received_at: number
}
