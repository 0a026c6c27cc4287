// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** What `deleteWebhookEndpoint` answers. */
export type DeleteWebhookEndpointAnswer = {
  /** Its id. */
  id: string
  /** Which kind of object this is. */
  object: 'webhook_endpoint'
  deleted: true
}
