// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `listEventDeliveries` takes. */
export type ListEventDeliveriesParams = {
  /** Objects per page, 1 to 100. Default 20. */
  limit?: number | undefined
  /**
   * An id: the page starts with the next older object. Cheaper than page numbers, and nothing is
   * skipped or shown twice while objects are added.
   */
  starting_after?: string | undefined
}
