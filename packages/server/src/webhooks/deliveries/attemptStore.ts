import { booleanArray, numberArray, textArray } from '../../db/arrays.ts'
import type { Sql } from '../../db/sql.ts'
import type { Ref } from '../../lib/tenant.ts'
import type { DueDelivery } from './dueStore.ts'

/** How one try ended. */
export type TryResult = {
  readonly delivery: DueDelivery
  /** Of the row in `webhook_attempt`. */
  readonly id: string
  readonly state: 'pending' | 'succeeded' | 'failed'
  /** Null: no answer came. */
  readonly status: number | null
  readonly diagnosis: string
  readonly request_headers: Readonly<Record<string, string>>
  readonly response_head: string | null
  readonly latency_ms: number
  /** Milliseconds until it is tried again. Null: it is over. */
  readonly retry_ms: number | null
  /** When it was sent, milliseconds since the epoch. */
  readonly at: number
}

/**
 * Writes down how tries ended, and moves their deliveries on; what was accepted leaves the queue. A delivery that went
 * on without its try stays as it is: sent again meanwhile under another id, or taken over from a worker whose lease ran
 * out. That a receiver accepted counts all the same, though its endpoint was switched off by now.
 */
export async function recordTries(sql: Sql, tries: readonly TryResult[]): Promise<null[]> {
  await sql.query(
    `with tried as (
       select t.*, case when t.retry_ms is not null then now() + t.retry_ms * interval '1 millisecond' end next_at
       from unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
         $9::int[], $10::text[], $11::int[], $12::text[], $13::text[], $14::text[], $15::int[], $16::int[],
         $17::float8[])
         t (merchant_id, livemode, id, endpoint_id, event_id, sequence, delivery_id, url, tries, state, status, diagnosis,
            request_headers, response_head, latency_ms, retry_ms, at)),
     accepted as (
       delete from webhook_delivery d using tried t
       where d.merchant_id = t.merchant_id and d.livemode = t.livemode and d.endpoint_id = t.endpoint_id
         and d.sequence = t.sequence and d.id = t.delivery_id and t.state = 'succeeded'),
     refused as (
       update webhook_delivery d set state = t.state, tries = t.tries + 1, last_status = t.status,
         last_diagnosis = t.diagnosis, wake_at = coalesce(t.next_at, d.wake_at),
         finished_at = case when t.state = 'failed' then now() end
       from tried t
       where d.merchant_id = t.merchant_id and d.livemode = t.livemode and d.endpoint_id = t.endpoint_id
         and d.sequence = t.sequence and d.id = t.delivery_id and t.state <> 'succeeded'
         and d.state = 'pending' and d.tries = t.tries)
     insert into webhook_attempt (merchant_id, livemode, id, endpoint_id, event_id, url, number, succeeded, status,
       diagnosis, request_headers, response_head, latency_ms, next_attempt_at, created_at)
     select merchant_id, livemode, id, endpoint_id, event_id, url, tries + 1, state = 'succeeded', status, diagnosis,
       request_headers::json, response_head, latency_ms, next_at, to_timestamp(at / 1000) from tried`,
    [
      textArray(tries.map(({ delivery }) => delivery.merchant_id)),
      booleanArray(tries.map(({ delivery }) => delivery.livemode)),
      textArray(tries.map(({ id }) => id)),
      textArray(tries.map(({ delivery }) => delivery.endpoint_id)),
      textArray(tries.map(({ delivery }) => delivery.event.id)),
      numberArray(tries.map(({ delivery }) => delivery.event.sequence)),
      textArray(tries.map(({ delivery }) => delivery.id)),
      textArray(tries.map(({ delivery }) => delivery.url)),
      numberArray(tries.map(({ delivery }) => delivery.tries)),
      textArray(tries.map(({ state }) => state)),
      `{${tries.map(({ status }) => status ?? 'NULL').join(',')}}`,
      textArray(tries.map(({ diagnosis }) => diagnosis)),
      textArray(tries.map(({ request_headers }) => JSON.stringify(request_headers))),
      textArray(tries.map(({ response_head }) => response_head)),
      numberArray(tries.map(({ latency_ms }) => latency_ms)),
      `{${tries.map(({ retry_ms }) => retry_ms ?? 'NULL').join(',')}}`,
      numberArray(tries.map(({ at }) => at)),
    ],
  )
  return tries.map(() => null)
}

/** Notes that an endpoint's tries fail from now on. Nothing changes when they already did. */
export async function markFailing(sql: Sql, endpoint: Ref): Promise<void> {
  await sql.query(
    `update webhook_endpoint set failing_since = now()
     where merchant_id = $1 and livemode = $2 and id = $3 and failing_since is null`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id],
  )
}

/** Notes that a try was accepted. */
export async function markWorking(sql: Sql, endpoint: Ref): Promise<void> {
  await sql.query(
    `update webhook_endpoint set failing_since = null
     where merchant_id = $1 and livemode = $2 and id = $3 and failing_since is not null`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id],
  )
}

/** Enabled endpoints at which every try of the last `seconds` failed. */
export async function failingEndpoints(sql: Sql, seconds: number, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `select merchant_id, livemode, id from webhook_endpoint
     where status = 'enabled' and failing_since < now() - $1 * interval '1 second' order by failing_since limit $2`,
    [seconds, limit],
  )
  return rows
}

/** Removes tries that are older than `days`, the oldest first. Returns how many. */
export async function dropOldAttempts(sql: Sql, days: number, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from webhook_attempt where ctid = any (array(
       select ctid from webhook_attempt where created_at < now() - $1 * interval '1 day'
       order by created_at limit $2 for update skip locked))`,
    [days, limit],
  )
  return rowCount ?? 0
}
