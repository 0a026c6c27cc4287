/** Everything a merchant can be told. docs/webhooks.md says when each fires and what `data` holds. */
export const EVENT_TYPES = [
  'checkout.completed',
  'checkout.failed',
  'checkout.expired',
  'payout.sent',
  'payout.completed',
  'payout.failed',
  'payout.held',
  'webhook.disabled',
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

/** What the envelope shows of an event besides its data. */
export type EventHead = Pick<EventRow, 'id' | 'type' | 'created_at' | 'livemode' | 'sequence'>

/** The envelope that is posted to webhooks. The same event gives the same bytes on every try. */
export function renderEvent(row: EventHead & Pick<EventRow, 'data'>) {
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

/**
 * The same as JSON text, from the text of `data` as it is stored: thousands of deliveries a second need not read and
 * write it again.
 */
export function eventBody(row: EventHead & { readonly data_text: string }): string {
  const { data: _, ...head } = renderEvent({ ...row, data: {} })
  return `${JSON.stringify(head).slice(0, -1)},"data":${row.data_text}}`
}
