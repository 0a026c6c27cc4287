// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `createWebhookEndpoint` takes. */
export type CreateWebhookEndpointParams = {
  /** Where events are posted. https only in live mode. */
  url: string
  /** Event types to deliver, or `["*"]` for all, also those that are added later. */
  events?:
    | Array<
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
    | undefined
  /** For your own records. */
  description?: string | null | undefined
}
