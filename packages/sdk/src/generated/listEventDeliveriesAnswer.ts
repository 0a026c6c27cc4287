// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { WebhookDelivery } from './webhookDelivery.ts'

/** What `listEventDeliveries` answers. */
export type ListEventDeliveriesAnswer = {
  /** Which kind of object this is. */
  object: 'list'
  /** The objects of this page. */
  data: WebhookDelivery[]
  /** Whether more objects follow in the direction of reading. */
  has_more: boolean
}
