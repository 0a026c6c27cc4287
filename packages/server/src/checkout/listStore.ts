import type { Sql } from '../db/sql.ts'
import { nowMs } from '../lib/clock.ts'
import { lowestIdAt } from '../lib/ids.ts'
import type { Tenant } from '../lib/tenant.ts'
import { countTerm, readCount } from '../lists/countStore.ts'
import { type Source, readPage } from '../lists/pageStore.ts'
import { type Params, tenantParams } from '../lists/params.ts'
import type { Slice } from '../lists/slice.ts'
import type { Window } from '../lists/window.ts'
import { CLOCKS_APART_MS, withinWindow } from '../lists/windowStore.ts'
import type { SessionRow, SessionStatus } from './session.ts'
import { NO_LIVE_CHARGE, READ_COLUMNS, STATUS_NOW } from './store.ts'

export type SessionFilter = {
  readonly status: SessionStatus | null
  readonly window: Window
  readonly order_id: string | null
}

// `expires_in` is at most a day.
const LIFE_MAX_MS = 86_400_000
const ORDER_COUNT_MAX = 10_000

const ALL = 'checkout_session s'
/**
 * Sessions whose time has passed and that are not written down as expired yet: a few of this moment, over all merchants.
 * `offset 0` keeps PostgreSQL from looking for them through everything that the merchant ever had instead.
 */
const PAST = `(select * from checkout_session where status = 'pending' and expires_at <= now() offset 0) s`

/** The rows of the slice, newest first, and one more if there is one. Statuses are those that the objects show. */
export async function listSessions(
  sql: Sql,
  tenant: Tenant,
  filter: SessionFilter,
  slice: Slice,
): Promise<SessionRow[]> {
  const params = tenantParams(tenant)
  return await readPage<SessionRow>(sql, params, {
    kind: 'checkout_session',
    select: `select ${READ_COLUMNS} from checkout_session s`,
    alias: 's',
    sources: filter.order_id === null ? withStatus(params, filter.status) : [ofOrder(params, filter)],
    window: filter.window,
    slice,
  })
}

function withStatus({ bind }: Params, status: SessionStatus | null): Source[] {
  if (status === null) return [{ from: ALL }]
  if (status === 'pending') {
    const oldest = lowestIdAt('checkout_session', nowMs() - LIFE_MAX_MS - 2 * CLOCKS_APART_MS)
    return [
      { from: ALL, and: `s.status = 'pending' and s.expires_at > now() and s.id >= ${bind(oldest)}` },
      { from: PAST, and: `not ${NO_LIVE_CHARGE}` },
    ]
  }
  const ended = { from: ALL, and: `s.status <> 'pending' and s.status = ${bind(status)}` }
  return status === 'expired' ? [ended, { from: PAST, and: NO_LIVE_CHARGE }] : [ended]
}

function ofOrder({ bind }: Params, { order_id, status }: SessionFilter): Source {
  const shows = status === null ? '' : `and ${STATUS_NOW} = ${bind(status)}`
  return { from: ALL, and: `s.metadata ->> 'order_id' = ${bind(order_id)} ${shows}` }
}

/** How many sessions the filter leaves in all slices. Those of an order are counted up to 10,000. */
export async function countSessions(sql: Sql, tenant: Tenant, filter: SessionFilter): Promise<number> {
  const params = tenantParams(tenant)
  if (filter.order_id !== null) return await readCount(sql, params, countOrder(params, filter))
  const { status, window } = filter
  const and = () => storedAs(params, status)
  const stored = countTerm(params, { list: 'checkout_session', word: status, window, and })
  if (status !== 'pending' && status !== 'expired') return await readCount(sql, params, stored)
  const past = `(select count(*) from ${PAST} where s.merchant_id = $1 and s.livemode = $2 and ${NO_LIVE_CHARGE}
    ${withinWindow(params, 's', 'checkout_session', window)})`
  return await readCount(sql, params, `${stored} ${status === 'expired' ? '+' : '-'} ${past}`)
}

/** What holds for rows `r` that are stored with that status. */
function storedAs({ bind }: Params, status: SessionStatus | null): string {
  if (status === null) return 'true'
  // In these words the condition fits the index of ended sessions, whichever status is bound.
  return status === 'pending'
    ? "r.status = 'pending'"
    : `r.status <> 'pending' and r.status = ${bind(status)}`
}

function countOrder(params: Params, filter: SessionFilter): string {
  const { from, and } = ofOrder(params, filter)
  return `(select count(*) from (
    select from ${from} where s.merchant_id = $1 and s.livemode = $2 and ${and}
      ${withinWindow(params, 's', 'checkout_session', filter.window)} limit ${ORDER_COUNT_MAX}) o)`
}
