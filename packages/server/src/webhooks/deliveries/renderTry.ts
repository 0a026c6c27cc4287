import type { TryRow } from './logStore.ts'

/** The webhook_delivery object of the API: one try. @param body what was posted; undefined: not shown here */
export function renderTry(row: TryRow, body?: string) {
  return {
    id: row.id,
    object: 'webhook_delivery' as const,
    livemode: row.livemode,
    event_id: row.event_id,
    webhook_id: row.endpoint_id,
    url: row.url,
    attempt: row.number,
    status: row.succeeded ? ('succeeded' as const) : ('failed' as const),
    diagnosis: row.diagnosis,
    request: {
      method: 'POST' as const,
      headers: row.request_headers,
      ...(body === undefined ? {} : { body }),
    },
    response: row.status === null ? null : { status: row.status, head: row.response_head ?? '' },
    latency_ms: row.latency_ms,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  }
}
