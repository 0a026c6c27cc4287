// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What one call for a resend has sent on its way. */
export type WebhookResend = {
  /** Which kind of object this is. */
  object: 'webhook_resend'
  /** The endpoint that hears of them. */
  webhook_id: string
  /** How many events are on their way again. */
  resent: number
  /** The last event that was looked at: go on with it as `after_sequence` while `has_more`. */
  last_sequence: number
  /** Whether events of the range are left. */
  has_more: boolean
}
