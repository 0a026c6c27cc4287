// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `listCheckoutSessions` takes. */
export type ListCheckoutSessionsParams = {
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
  /** Only those with this status. */
  status?: 'pending' | 'completed' | 'failed' | 'expired' | undefined
  /** Created at or after this ISO 8601 time. */
  from?: string | Date | undefined
  /** Created at or before this ISO 8601 time. */
  to?: string | Date | undefined
  metadata?:
    | {
        /** Sessions of this order: those that were created with this `order_id` in their metadata. */
        order_id?: string | undefined
      }
    | undefined
}
