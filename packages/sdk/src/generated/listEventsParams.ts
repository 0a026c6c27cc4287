// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `listEvents` takes. */
export type ListEventsParams = {
  /**
   * A sequence: the events after it, oldest first. Go on from the last `sequence` that you have
   * handled and you miss none; 0 starts at the first.
   */
  after?: number | undefined
  /**
   * A webhook endpoint: only events that it has not accepted, whether they are still tried or were
   * given up, oldest first, after the sequence `after` (default 0). What was given up is known for
   * 30 days.
   */
  unacknowledged_by?: string | undefined
  /** Only events of this type. */
  type?:
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
    | undefined
  /** Page number, from 1. */
  page?: number | undefined
  /** Objects per page, 1 to 100. Default 20. */
  limit?: number | undefined
  /**
   * An id: the page starts with the next older object. Cheaper than page numbers, and nothing is
   * skipped or shown twice while objects are added.
   */
  starting_after?: string | undefined
  /** An id: the page ends with the next newer object. */
  ending_before?: string | undefined
}
