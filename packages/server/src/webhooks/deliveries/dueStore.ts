import { numberArray, textArray } from '../../db/arrays.ts'
import type { Sql } from '../../db/sql.ts'
import type { EventHead, EventType } from '../../events/event.ts'
import type { Ref } from '../../lib/tenant.ts'
import { type QueueRef, queueArrays } from './queueStore.ts'

/** A delivery whose time has come, with the event that it carries. */
export type DueDelivery = QueueRef & {
  /** Of this delivery until it is sent again: a resend gives it another. */
  readonly id: string
  readonly url: string
  readonly tries: number
  /** Since when it is being tried, and since when it is due; milliseconds since the epoch. */
  readonly armed_at: number
  readonly wake_at: number
  readonly event: EventHead & { readonly data_text: string }
}

/** What a queue may take more of: at most `want`, none that was due before `since` (milliseconds since the epoch). */
export type QueueAsk = { readonly queue: QueueRef; readonly want: number; readonly since: number }

type Row = {
  place: number
  id: string
  url: string
  tries: number
  armed_at: number
  wake_at: number
  event_id: string
  type: EventType
  sequence: bigint
  created_at: number
  data_text: string
}

/**
 * Due deliveries of each queue, those that have waited longest first, without those of `except`.
 * One statement for all queues: a busy worker asks for hundreds of deliveries at once, and times come as numbers
 * because reading dates took longer than all the rest.
 * @returns one list per ask, in the order of the asks
 */
export async function dueDeliveries(
  sql: Sql,
  asks: readonly QueueAsk[],
  except: readonly string[],
): Promise<DueDelivery[][]> {
  const ms = (column: string) => `floor(date_part('epoch', ${column}) * 1000)`
  const { rows } = await sql.query<Row>(
    `select q.place::int place, d.id, d.url, d.tries, ${ms('d.armed_at')} armed_at, ${ms('d.wake_at')} wake_at,
       d.event_id, e.type, e.sequence, ${ms('e.created_at')} created_at, e.data::text data_text
     from unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::int[], $6::float8[])
       with ordinality q (merchant_id, livemode, endpoint_id, origin, want, since, place)
     cross join lateral (
       select * from webhook_delivery d where d.merchant_id = q.merchant_id and d.livemode = q.livemode
         and d.endpoint_id = q.endpoint_id and d.origin = q.origin and d.state = 'pending'
         and d.wake_at >= to_timestamp(q.since / 1000) and d.wake_at <= now() and d.id <> all ($7::text[])
       order by d.wake_at limit q.want) d
     join event e on e.merchant_id = d.merchant_id and e.livemode = d.livemode and e.id = d.event_id
     order by q.place, d.wake_at`,
    [
      ...queueArrays(asks.map(({ queue }) => queue)),
      numberArray(asks.map(({ want }) => want)),
      numberArray(asks.map(({ since }) => since)),
      textArray(except),
    ],
  )
  const lists: DueDelivery[][] = asks.map(() => [])
  for (const row of rows) {
    const { queue } = asks[row.place - 1] as QueueAsk
    const { merchant_id, livemode, endpoint_id, origin } = queue
    const { id, url, tries, armed_at, wake_at, event_id, type, sequence, data_text } = row
    const event = { id: event_id, livemode, type, sequence, created_at: new Date(row.created_at), data_text }
    const delivery = { merchant_id, livemode, endpoint_id, origin, id, url, tries, armed_at, wake_at, event }
    lists[row.place - 1]?.push(delivery)
  }
  return lists
}

/** What sending needs to know of a queue's endpoint, as it is now. */
export type QueueEndpoint = Ref & {
  url: string | null
  is_on: boolean
  failing_since: Date | null
  secret_sealed: Buffer
  /** After a rotation, while the old secret signs as well. */
  previous_secret_sealed: Buffer | null
}

/** The endpoints of the queues, in their order. */
export async function queueEndpoints(sql: Sql, queues: readonly QueueRef[]): Promise<QueueEndpoint[]> {
  const { rows } = await sql.query<QueueEndpoint>(
    `select e.merchant_id, e.livemode, e.id, e.url, e.status = 'enabled' and e.deleted_at is null is_on,
       e.failing_since, e.secret_sealed,
       case when e.previous_secret_until > now() then e.previous_secret_sealed end previous_secret_sealed
     from unnest($1::text[], $2::boolean[], $3::text[], $4::text[]) with ordinality
       q (merchant_id, livemode, endpoint_id, origin, place)
     join webhook_endpoint e
       on e.merchant_id = q.merchant_id and e.livemode = q.livemode and e.id = q.endpoint_id
     order by q.place`,
    queueArrays(queues),
  )
  return rows
}
