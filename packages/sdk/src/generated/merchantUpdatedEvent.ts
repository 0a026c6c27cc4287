// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { MerchantUpdate } from './merchantUpdate.ts'

/** Your settings have changed. */
export type MerchantUpdatedEvent = {
  /** Id of the event: the same on every try and every endpoint. */
  id: string
  /** Which kind of object this is. */
  object: 'event'
  /** What happened. */
  type: 'merchant.updated'
  /** When it happened. */
  created_at: string
  /** Whether it is about real money: true with live keys, false with test keys. */
  livemode: boolean
  /** Counts up by one per merchant and mode, without gaps. */
  sequence: number
  data: MerchantUpdate
}
