// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { SkiroEvent } from './skiroEvent.ts'

/** What `listEvents` answers. */
export type ListEventsAnswer = {
  /** Which kind of object this is. */
  object: 'list'
  /** The objects of this page. */
  data: SkiroEvent[]
  /** Whether more objects follow in the direction of reading. */
  has_more: boolean
  /** Where this page is in the whole list. */
  pagination: {
    /** 1 when a cursor was given. */
    page: number
    /** Objects per page. */
    limit: number
    /** Of all pages: how many objects the filters leave. */
    total: number
    /** Pages of `limit` objects. */
    total_pages: number
  }
}
