/** Everything a merchant can be told. docs/webhooks.md says when each fires and what `data` holds. */
export const EVENT_TYPES = [
  'checkout.completed',
  'checkout.failed',
  'checkout.expired',
  'payout.sent',
  'payout.completed',
  'payout.failed',
  'payout.held',
  'merchant.updated',
  'webhook.test',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

export type EventRow = {
  merchant_id: string
  livemode: boolean
  id: string
  sequence: bigint
  type: EventType
  object_id: string
  data: object
  webhook_url: string | null
  /** Set: only this endpoint is told, whatever the others listen to. */
  endpoint_id: string | null
  created_at: Date
}

/** The envelope that is posted to webhooks. The same event gives the same bytes on every try. */
export function renderEvent(row: EventRow) {
  return {
    id: row.id,
    object: 'event',
    type: row.type,
    created_at: row.created_at.toISOString(),
    livemode: row.livemode,
    sequence: Number(row.sequence),
    data: row.data,
  }
}
