// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `listTransactions` takes. */
export type ListTransactionsParams = {
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
  status?: 'pending' | 'processing' | 'completed' | 'failed' | 'refunded' | undefined
  /** Created at or after this ISO 8601 time. */
  from?: string | Date | undefined
  /** Created at or before this ISO 8601 time. */
  to?: string | Date | undefined
}
