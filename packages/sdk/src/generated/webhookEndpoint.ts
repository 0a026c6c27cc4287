// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** A URL of yours that events are posted to. */
export type WebhookEndpoint = {
  /** Id of the endpoint. */
  id: string
  /** Which kind of object this is. */
  object: 'webhook_endpoint'
  /** Whether it is about real money: true with live keys, false with test keys. */
  livemode: boolean
  /** null only on a default endpoint that receives nothing. */
  url: string | null
  /** The event types that it hears of; `["*"]` is all. */
  events: Array<
    | 'checkout.completed'
    | 'checkout.failed'
    | 'checkout.expired'
    | 'payout.sent'
    | 'payout.completed'
    | 'payout.failed'
    | 'payout.held'
    | 'webhook.disabled'
    | 'merchant.updated'
    | 'webhook.test'
    | '*'
  >
  /** A `disabled` endpoint receives nothing. */
  status: 'enabled' | 'disabled'
  /** `by_merchant`: you did. `failing`: every try of 72 hours failed. `gone`: it answered 410. */
  disabled_reason: 'by_merchant' | 'failing' | 'gone' | null
  /** Since when every try at its URL has failed; null when the last one was accepted. */
  failing_since: string | null
  /** Your own note. */
  description: string | null
  /** The default endpoint’s secret also signs what goes to a session’s own `webhook_url`. */
  is_default: boolean
  /** Signing secret, whsec_…. Only in the answers that create or rotate it: store it then. */
  secret?: string
  /** When it was made. */
  created_at: string
}
