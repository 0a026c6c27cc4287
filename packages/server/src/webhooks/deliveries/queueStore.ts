import { booleanArray, numberArray, textArray } from '../../db/arrays.ts'
import type { Sql, Tx } from '../../db/sql.ts'
import type { Tenant } from '../../lib/tenant.ts'
import type { Listener } from './deliveryStore.ts'

/** A receiver: an endpoint at one origin (scheme, host and port). */
export type QueueRef = Tenant & { readonly endpoint_id: string; readonly origin: string }

/** A queue as its owner took it. `added` tells later whether deliveries came in since. */
export type ClaimedQueue = QueueRef & { readonly added: bigint }

const KEYS = `unnest($1::text[], $2::boolean[], $3::text[], $4::text[])`
const COLUMNS = '(merchant_id, livemode, endpoint_id, origin)'

/** What putting into a queue does to one that is there: it is due at the earlier time, and its owner sees that it grew. */
export const OR_ADD = `on conflict ${COLUMNS}
  do update set due_at = least(q.due_at, excluded.due_at), added = q.added + 1`

const SAME = `q.merchant_id = k.merchant_id and q.livemode = k.livemode and q.endpoint_id = k.endpoint_id
  and q.origin = k.origin`

/** Parameters for `KEYS`. */
export function queueArrays(queues: readonly QueueRef[]): [string, string, string, string] {
  return [
    textArray(queues.map((queue) => queue.merchant_id)),
    booleanArray(queues.map((queue) => queue.livemode)),
    textArray(queues.map((queue) => queue.endpoint_id)),
    textArray(queues.map((queue) => queue.origin)),
  ]
}

/**
 * Puts deliveries that are due now into their queues and wakes whoever sends. In the order of the key, so that two who
 * add to the same queues do not wait for each other in a circle.
 */
export async function addToQueues(
  tx: Tx,
  tenant: Tenant,
  listeners: readonly Pick<Listener, 'endpoint_id' | 'origin' | 'is_on'>[],
): Promise<void> {
  const queues = new Map<string, QueueRef>()
  for (const { endpoint_id, origin, is_on } of listeners)
    if (is_on) queues.set(`${endpoint_id} ${origin}`, { ...tenant, endpoint_id, origin })
  if (queues.size === 0) return
  await tx.query(
    `insert into webhook_queue as q (merchant_id, livemode, endpoint_id, origin, due_at)
     select k.*, now() from ${KEYS} k ${COLUMNS} order by endpoint_id, origin
     ${OR_ADD}`,
    queueArrays([...queues.values()]),
  )
  tx.wake('skiro_deliveries')
}

/**
 * Takes queues that have something due and that nobody owns, those that have waited longest first.
 * @param with_failing also those of endpoints whose last try failed
 */
export async function claimQueues(
  sql: Sql,
  owner: string,
  lease_seconds: number,
  limit: number,
  with_failing: boolean,
): Promise<ClaimedQueue[]> {
  const { rows } = await sql.query<ClaimedQueue>(
    `with due as (
       select q.merchant_id, q.livemode, q.endpoint_id, q.origin from webhook_queue q
       join webhook_endpoint e on e.merchant_id = q.merchant_id and e.livemode = q.livemode and e.id = q.endpoint_id
       where q.due_at <= now() and (q.lease_until is null or q.lease_until <= now())
         and ($4 or e.failing_since is null)
       order by q.due_at limit $3 for no key update of q skip locked)
     update webhook_queue q set owner = $1, lease_until = now() + $2 * interval '1 second' from due k
     where ${SAME} returning q.merchant_id, q.livemode, q.endpoint_id, q.origin, q.added`,
    [owner, lease_seconds, limit, with_failing],
  )
  return rows
}

/** Renews the leases. Returns the queues that are still the owner's: another took those that ran out. */
export async function keepQueues(
  sql: Sql,
  owner: string,
  lease_seconds: number,
  queues: readonly QueueRef[],
): Promise<QueueRef[]> {
  const { rows } = await sql.query<QueueRef>(
    `update webhook_queue q set lease_until = now() + $6 * interval '1 second' from ${KEYS} k ${COLUMNS}
     where ${SAME} and q.owner = $5 returning q.merchant_id, q.livemode, q.endpoint_id, q.origin`,
    [...queueArrays(queues), owner, lease_seconds],
  )
  return rows
}

/**
 * Puts down queues that have nothing due, until their next retry. One to which something was added since stays with its
 * owner: its number in `added` differs. Returns those that were put down.
 */
export async function putDownQueues(
  sql: Sql,
  owner: string,
  queues: readonly ClaimedQueue[],
): Promise<QueueRef[]> {
  const { rows } = await sql.query<QueueRef>(
    `update webhook_queue q set owner = null, lease_until = now(), due_at = (
       select min(wake_at) from webhook_delivery d where d.merchant_id = q.merchant_id and d.livemode = q.livemode
         and d.endpoint_id = q.endpoint_id and d.origin = q.origin and d.state = 'pending')
     from unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $6::bigint[])
       k (merchant_id, livemode, endpoint_id, origin, added)
     where ${SAME} and q.owner = $5 and q.added = k.added
     returning q.merchant_id, q.livemode, q.endpoint_id, q.origin`,
    [...queueArrays(queues), owner, numberArray(queues.map(({ added }) => added))],
  )
  return rows
}

/** How much was added to the queues by now. */
export async function readAdded(
  sql: Sql,
  owner: string,
  queues: readonly QueueRef[],
): Promise<ClaimedQueue[]> {
  const { rows } = await sql.query<ClaimedQueue>(
    `select q.merchant_id, q.livemode, q.endpoint_id, q.origin, q.added
     from ${KEYS} k ${COLUMNS} join webhook_queue q on ${SAME} and q.owner = $5`,
    [...queueArrays(queues), owner],
  )
  return rows
}

/** Lets go of everything at once, at shutdown: others may go on with it now. */
export async function releaseQueues(sql: Sql, owner: string): Promise<void> {
  await sql.query('update webhook_queue set owner = null, lease_until = now() where owner = $1', [owner])
}

/** Removes queues that have been empty for an hour: of endpoints that are gone, of servers that a session named once. */
export async function dropEmptyQueues(sql: Sql, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from webhook_queue q using (
       select merchant_id, livemode, endpoint_id, origin from webhook_queue
       where due_at is null and lease_until < now() - interval '1 hour' limit $1 for update skip locked) k
     where ${SAME}`,
    [limit],
  )
  return rowCount ?? 0
}
