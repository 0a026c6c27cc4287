import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import type { EventRow, EventType } from './event.ts'

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

/** Inserts the event with the merchant's next number. A rolled-back transaction gives its number back: no gaps. */
export async function insertEvent(tx: Tx, tenant: Tenant, event: NewEvent): Promise<void> {
  await tx.query(
    `with next as (
       insert into event_counter as c (merchant_id, livemode, last_sequence) values ($1, $2, 1)
       on conflict (merchant_id, livemode) do update set last_sequence = c.last_sequence + 1
       returning last_sequence)
     insert into event (merchant_id, livemode, id, sequence, type, object_id, data, webhook_url, endpoint_id, created_at)
     select $1, $2, $3, last_sequence, $4, $5, $6, $7, $8, date_trunc('milliseconds', clock_timestamp()) from next`,
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

export async function findEvent(sql: Sql, ref: Ref): Promise<EventRow | null> {
  return await maybeOne<EventRow>(sql, `${SELECT} where merchant_id = $1 and livemode = $2 and id = $3`, [
    ref.merchant_id,
    ref.livemode,
    ref.id,
  ])
}

/** Marks the event as handed to its endpoints. False when it already was. */
export async function markFannedOut(tx: Tx, ref: Ref): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update event set fanned_out_at = now()
     where merchant_id = $1 and livemode = $2 and id = $3 and fanned_out_at is null`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
  return rowCount === 1
}

/** Events whose job was lost with its worker. */
export async function forgottenEvents(sql: Sql, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `select merchant_id, livemode, id from event
     where fanned_out_at is null and created_at < now() - interval '5 seconds' order by created_at limit $1`,
    [limit],
  )
  return rows
}
