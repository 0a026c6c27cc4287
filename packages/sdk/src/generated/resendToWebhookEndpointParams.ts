// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `resendToWebhookEndpoint` takes. */
export type ResendToWebhookEndpointParams = {
  /** Only events with a higher sequence. Default 0: all. */
  after_sequence?: number | undefined
  /** Only events up to this sequence. Default: all. */
  to_sequence?: number | undefined
  /**
   * `unacknowledged`: what this endpoint has not accepted and, if it was given up, was given up in
   * the last 30 days. `all`: every event that it listens to now, also those it has accepted.
   */
  only?: 'unacknowledged' | 'all' | undefined
}
