// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `updateWebhookEndpoint` takes. */
export type UpdateWebhookEndpointParams = {
  /** For later events and resends. null only on the default endpoint: it then receives nothing. */
  url?: string | null | undefined
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
  /**
   * Disabling ends deliveries that are under way; enabling does not bring them back, `POST
   * /v1/webhooks/{id}/resend` does.
   */
  status?: 'enabled' | 'disabled' | undefined
}
