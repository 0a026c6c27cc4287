// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** One try to post an event to an endpoint. Kept for 30 days. */
export type WebhookDelivery = {
  /** Id of the try. */
  id: string
  /** Which kind of object this is. */
  object: 'webhook_delivery'
  /** Whether it is about real money: true with live keys, false with test keys. */
  livemode: boolean
  /** The event that was posted. */
  event_id: string
  /** The endpoint that it was posted for. */
  webhook_id: string
  /** Where it was posted to. */
  url: string
  /** The how-manieth try, counted anew from each resend. */
  attempt: number
  /** `succeeded`: the answer was a 2xx in time. */
  status: 'succeeded' | 'failed'
  /** What happened in plain words, and what to change on your server. */
  diagnosis: string
  /** What we sent. */
  request: {
    method: 'POST'
    /** As they were sent, the signature of this try included. */
    headers: Record<string, string>
    /**
     * What was posted, byte for byte: only in `GET /v1/events/{id}/deliveries`. It is the same on
     * every try.
     */
    body?: string
  }
  /** What your server answered; null when no answer came. */
  response: {
    /** The HTTP status. */
    status: number
    /** Status line, headers and the beginning of the body, at most 4 KB. */
    head: string
  } | null
  /** Milliseconds from the start of the try to the end of the answer. */
  latency_ms: number
  /** When it was to be tried again; null after a success and after the last try. */
  next_attempt_at: string | null
  /** When it was sent. */
  created_at: string
}
