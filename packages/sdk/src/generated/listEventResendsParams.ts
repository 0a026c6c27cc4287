// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `listEventResends` takes. */
export type ListEventResendsParams = {
  /**
   * The number of a resend: those after it. Go on from the last `sequence` that you got and you miss
   * none. Default 0.
   */
  after?: number | undefined
  /** Objects per page, 1 to 100. Default 20. */
  limit?: number | undefined
}
