// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `rotateWebhookSecret` takes. */
export type RotateWebhookSecretParams = {
  /** Seconds for which the old secret signs as well, 0 to 86400. Default 86400. */
  expires_in?: number | undefined
}
