import type { Sql } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { countTerm, readCount } from '../lists/countStore.ts'
import { type Params, tenantParams } from '../lists/params.ts'
import type { Slice } from '../lists/slice.ts'
import { EVER } from '../lists/window.ts'
import type { EventRow, EventType } from './event.ts'
import { SELECT } from './store.ts'

const TENANT = 'merchant_id = $1 and livemode = $2'
// Events without a number are not published yet.
const PUBLISHED = 'sequence is not null'

/**
 * The rows of the slice, newest first, and one more if there is one. Events are ordered by their sequence, which is the
 * order in which they were committed. A cursor stands for its place among the ids, whether that event exists or not.
 */
export async function listEvents(
  sql: Sql,
  tenant: Tenant,
  type: EventType | null,
  slice: Slice,
): Promise<EventRow[]> {
  const params = tenantParams(tenant)
  const { bind } = params
  const { older_than, newer_than } = slice
  const order = newer_than === null ? 'desc' : 'asc'
  const bounds = [
    ofType(params, type),
    older_than === null ? '' : `and sequence < ${placeOf(bind(older_than), 'older')}`,
    newer_than === null ? '' : `and sequence > coalesce(${placeOf(bind(newer_than), 'newer')}, 0)`,
  ].join(' ')
  // The place of the rows first: what is skipped costs no more than its entry in the index.
  const { rows } = await sql.query<EventRow>(
    `${SELECT} where ${TENANT} and sequence = any (array(
       select sequence from event where ${TENANT} and ${PUBLISHED} ${bounds}
       order by sequence ${order} limit ${bind(slice.limit + 1)} offset ${bind(slice.offset)}))
     order by sequence desc`,
    params.values,
  )
  return rows
}

/** The sequence that events on that side of the id lie beyond; null when there is none on the older side. */
function placeOf(id: string, side: 'older' | 'newer'): string {
  const place =
    side === 'older' ? `case when c.id = ${id} then c.sequence else c.sequence + 1 end` : 'c.sequence'
  return `(select ${place} from event c
    where c.merchant_id = $1 and c.livemode = $2 and c.id <= ${id} and c.${PUBLISHED} order by c.id desc limit 1)`
}

/**
 * The events after that sequence, oldest first, and one more if there is one. Whoever goes on from the last one it got
 * misses none: numbers are given out in the order of commits and without gaps.
 */
export async function eventsAfter(
  sql: Sql,
  tenant: Tenant,
  type: EventType | null,
  after: number,
  limit: number,
): Promise<EventRow[]> {
  const params = tenantParams(tenant)
  const { rows } = await sql.query<EventRow>(
    `${SELECT} where ${TENANT} and sequence > ${params.bind(after)} ${ofType(params, type)}
     order by sequence limit ${params.bind(limit + 1)}`,
    params.values,
  )
  return rows
}

/** How many events there are, of one type or of all. */
export async function countEvents(sql: Sql, tenant: Tenant, type: EventType | null): Promise<number> {
  const params = tenantParams(tenant)
  const all = `coalesce((select last_sequence from event_counter where ${TENANT}), 0)`
  const term =
    type === null
      ? all
      : countTerm(params, {
          list: 'event',
          word: type,
          window: EVER,
          and: () => `r.type = ${params.bind(type)}`,
        })
  return await readCount(sql, params, term)
}

function ofType({ bind }: Params, type: EventType | null): string {
  return type === null ? '' : `and type = ${bind(type)}`
}
