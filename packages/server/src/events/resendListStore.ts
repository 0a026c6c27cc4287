import type { Sql } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type EventRow, renderEvent } from './event.ts'
import { SELECT } from './store.ts'

/** A resend with the event that was sent again. */
export type ResendRow = {
  readonly resend: bigint
  readonly only_endpoint_id: string | null
  readonly resent_at: Date
} & EventRow

/**
 * The resends after that number, oldest first, and one more if there is one. Whoever goes on from the last one it got
 * misses none: numbers are given out in the order of commits and without gaps.
 */
export async function resendsAfter(
  sql: Sql,
  { merchant_id, livemode }: Tenant,
  after: number,
  limit: number,
): Promise<ResendRow[]> {
  const { rows } = await sql.query<ResendRow>(
    `select r.resend, r.only_endpoint_id, r.resent_at, e.* from (
       select sequence resend, event_id, endpoint_id only_endpoint_id, created_at resent_at from event_resend
       where merchant_id = $1 and livemode = $2 and sequence > $3 order by sequence limit $4) r
     cross join lateral (${SELECT} where merchant_id = $1 and livemode = $2 and id = r.event_id limit 1) e
     order by r.resend`,
    [merchant_id, livemode, after, limit + 1],
  )
  return rows
}

/** The event_resend object of the API. */
export function renderResend(row: ResendRow) {
  return {
    object: 'event_resend' as const,
    sequence: Number(row.resend),
    event_id: row.id,
    webhook_id: row.only_endpoint_id,
    event: renderEvent(row),
    created_at: row.resent_at.toISOString(),
  }
}
