import type {
  CheckoutSession,
  CreateCheckoutSessionParams,
  PayCheckoutSessionParams,
  Skiro,
  SkiroEvent,
} from 'skiro'

export type Card = PayCheckoutSessionParams['card']

/** What a scenario does things with. */
export type Stage = {
  readonly skiro: Skiro
  readonly signal: AbortSignal
  /** What the caller changed of the session. */
  readonly session: Partial<CreateCheckoutSessionParams>
  /** The card that pays, where one does. */
  readonly card: Card
  /** Only this endpoint, where the scenario is about one. */
  readonly webhook_id: string | undefined
  say(text: string): void
}

/** What a scenario set off, and by what its events are known. */
export type Subject = { readonly session: CheckoutSession } | { readonly event: SkiroEvent }

/** Something that happens for real in test mode. */
export type Scenario = {
  readonly name: string
  readonly summary: string
  /** The event that ends it, after so many of its type. */
  readonly until: { readonly type: SkiroEvent['type']; readonly count: number }
  readonly act: (stage: Stage) => Promise<Subject>
}
