// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { SkiroEvent } from './skiroEvent.ts'

/** An event that was sent again. Resends have numbers of their own, without gaps. */
export type EventResend = {
  /** Which kind of object this is. */
  object: 'event_resend'
  /** Counts resends, up by one per merchant and mode, without gaps. */
  sequence: number
  /** The event. */
  event_id: string
  /** The only endpoint that it was sent to again; null: to all that listen. */
  webhook_id: string | null
  event: SkiroEvent
  /** When it was sent again. */
  created_at: string
}
