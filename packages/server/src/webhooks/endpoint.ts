import type { EventType } from '../events/event.ts'

/** Per merchant and mode. */
export const ENDPOINTS_MAX = 16

/** Who switched an endpoint off: the merchant, or we, because it failed for 72 hours or answered 410. */
export const DISABLED_REASONS = ['by_merchant', 'failing', 'gone'] as const
export type DisabledReason = (typeof DISABLED_REASONS)[number]

/** A row of `webhook_endpoint`. `url` is null only on a default endpoint that has none. */
export type EndpointRow = {
  merchant_id: string
  livemode: boolean
  id: string
  url: string | null
  is_default: boolean
  status: 'enabled' | 'disabled'
  disabled_reason: DisabledReason | null
  /** Since when every try at its own URL failed. */
  failing_since: Date | null
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
    disabled_reason: row.disabled_reason,
    failing_since: row.failing_since?.toISOString() ?? null,
    description: row.description,
    is_default: row.is_default,
    ...(secret === undefined ? {} : { secret }),
    created_at: row.created_at.toISOString(),
  }
}
