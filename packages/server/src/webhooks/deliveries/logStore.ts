import { type Sql } from '../../db/sql.ts'
import type { Ref } from '../../lib/tenant.ts'

/** One try, as it was written down. */
export type TryRow = {
  id: string
  livemode: boolean
  endpoint_id: string
  event_id: string
  url: string
  number: number
  succeeded: boolean
  status: number | null
  diagnosis: string
  request_headers: Record<string, string>
  response_head: string | null
  latency_ms: number
  next_attempt_at: Date | null
  created_at: Date
}

/** Which tries are wanted: the newest ones older than an id, whether such a try exists or not. */
export type TrySlice = { readonly older_than: string | null; readonly limit: number }

/** `outcome` null: both. `event_id` null: of all events. */
export type TryFilter = {
  readonly outcome: 'succeeded' | 'failed' | null
  readonly event_id: string | null
}

const COLUMNS = `id, livemode, endpoint_id, event_id, url, number, succeeded, status, diagnosis, request_headers,
  response_head, latency_ms, next_attempt_at, created_at`

/**
 * An endpoint's tries, newest first, and one more than the limit if there is one. Per outcome this is the end of one
 * range of the key, so it costs the same in ten million tries as in ten.
 */
export async function triesAtEndpoint(
  sql: Sql,
  endpoint: Ref,
  { outcome, event_id }: TryFilter,
  { older_than, limit }: TrySlice,
): Promise<TryRow[]> {
  const values: unknown[] = [endpoint.merchant_id, endpoint.livemode, endpoint.id, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const older = older_than === null ? '' : `and id < ${bind(older_than)}`
  const of_event = event_id === null ? null : bind(event_id)
  const outcomes = outcome === null ? ['succeeded', 'failed'] : [outcome]
  const ranges = outcomes.map((word) => {
    const had = word === 'succeeded' ? 'succeeded' : 'not succeeded'
    // An event has few tries: as many as its endpoints, thirteen times per time that it was sent.
    const tries =
      of_event === null
        ? `webhook_attempt where merchant_id = $1 and livemode = $2 and endpoint_id = $3 and ${had} ${older}`
        : `of_event where endpoint_id = $3 and ${had} ${older}`
    return `(select ${COLUMNS} from ${tries} order by id desc limit $4)`
  })
  const first =
    of_event === null
      ? ''
      : `with of_event as materialized (
           select * from webhook_attempt where merchant_id = $1 and livemode = $2 and event_id = ${of_event})`
  const { rows } = await sql.query<TryRow>(
    `${first} select * from (${ranges.join(' union all ')}) t order by id desc limit $4`,
    values,
  )
  return rows
}

/** An event's tries at all endpoints, newest first, and one more than the limit if there is one. */
export async function triesOfEvent(sql: Sql, event: Ref, { older_than, limit }: TrySlice): Promise<TryRow[]> {
  const values: unknown[] = [event.merchant_id, event.livemode, event.id, limit + 1]
  if (older_than !== null) values.push(older_than)
  const { rows } = await sql.query<TryRow>(
    `select ${COLUMNS} from webhook_attempt
     where merchant_id = $1 and livemode = $2 and event_id = $3 ${older_than === null ? '' : 'and id < $5'}
     order by id desc limit $4`,
    values,
  )
  return rows
}
