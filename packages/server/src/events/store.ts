import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import type { EventHead, EventRow, EventType } from './event.ts'

/** Events, ready for a `where`. */
export const SELECT = `select merchant_id, livemode, id, sequence, type, object_id, data, webhook_url, endpoint_id,
  created_at from event`

type NewEvent = {
  id: string
  type: EventType
  object_id: string
  data: string
  webhook_url: string | null
  endpoint_id: string | null
}

/** Inserts an event that is not published yet: it has no number, and nobody sees it. */
export async function insertEvent(tx: Tx, tenant: Tenant, event: NewEvent): Promise<void> {
  await tx.query(
    `insert into event (merchant_id, livemode, id, type, object_id, data, webhook_url, endpoint_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, date_trunc('milliseconds', clock_timestamp()))`,
    [
      tenant.merchant_id,
      tenant.livemode,
      event.id,
      event.type,
      event.object_id,
      event.data,
      event.webhook_url,
      event.endpoint_id,
    ],
  )
}

/** A published event. */
export async function findEvent(sql: Sql, ref: Ref): Promise<EventRow | null> {
  return await maybeOne<EventRow>(
    sql,
    `${SELECT} where merchant_id = $1 and livemode = $2 and id = $3 and sequence is not null`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** A published event as it is posted: with the text of its data as it is stored. */
export async function findPosted(sql: Sql, ref: Ref): Promise<(EventHead & { data_text: string }) | null> {
  return await maybeOne(
    sql,
    `select id, type, created_at, livemode, sequence, data::text data_text from event
     where merchant_id = $1 and livemode = $2 and id = $3 and sequence is not null`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}
