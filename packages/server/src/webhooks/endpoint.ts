import type { EventType } from '../events/event.ts'

/** Per merchant and mode. */
export const ENDPOINTS_MAX = 16

/** A row of `webhook_endpoint`. `url` is null only on a default endpoint that has none. */
export type EndpointRow = {
  merchant_id: string
  livemode: boolean
  id: string
  url: string | null
  is_default: boolean
  status: 'enabled' | 'disabled'
  events: (EventType | '*')[]
  description: string | null
  created_at: Date
}

/** The webhook_endpoint object of the API. `secret` only where it is made: it is shown once. */
export function renderEndpoint(row: EndpointRow, secret?: string) {
  return {
    id: row.id,
    object: 'webhook_endpoint' as const,
    livemode: row.livemode,
    url: row.url,
    events: row.events,
    status: row.status,
    description: row.description,
    is_default: row.is_default,
    ...(secret === undefined ? {} : { secret }),
    created_at: row.created_at.toISOString(),
  }
}
