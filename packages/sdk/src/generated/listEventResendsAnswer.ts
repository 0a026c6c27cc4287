// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { EventResend } from './eventResend.ts'

/** What `listEventResends` answers. */
export type ListEventResendsAnswer = {
  /** Which kind of object this is. */
  object: 'list'
  /** The objects of this page. */
  data: EventResend[]
  /** Whether more objects follow in the direction of reading. */
  has_more: boolean
}
