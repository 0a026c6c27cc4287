// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `resendEvent` takes. */
export type ResendEventParams = {
  /** Only this endpoint, also if it does not listen to the event’s type. Default: all that listen. */
  webhook_id?: string | undefined
}
