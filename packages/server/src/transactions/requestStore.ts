import { type Sql, maybeOne } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'
import type { Call, NewRequest } from './request.ts'

/** A call that is about to be made, with everything that goes out. */
export type RequestRow = {
  call: Call
  key: string
  path: string
  /** Null once the card's token was dropped. */
  body: string | null
  tries: number
  /** No try before this one can have reached the acquirer. */
  is_first: boolean
}

const OF_CALL = 'merchant_id = $1 and livemode = $2 and transaction_id = $3 and call = $4'

/**
 * Stores a call that whoever commits this makes next: from then on it may be at the acquirer.
 * @param since that it may be there since the transaction was made: of rows of before requests were stored
 */
export async function insertRequest(
  sql: Sql,
  ref: Ref,
  { call, key, path, body }: NewRequest,
  since: 'now' | 'created' = 'now',
): Promise<void> {
  await sql.query(
    `insert into acquirer_request (merchant_id, livemode, transaction_id, call, key, path, body, first_sent_at)
     select $1, $2, $3, $4, $5, $6, $7, case when $8 then t.created_at else now() end
     from transaction t where t.merchant_id = $1 and t.livemode = $2 and t.id = $3
     on conflict (merchant_id, livemode, transaction_id, call) do nothing`,
    [ref.merchant_id, ref.livemode, ref.id, call, key, path, body, since === 'created'],
  )
}

/**
 * Remembers which payment at the acquirer this is, and stores its confirmation where that comes next.
 * Returns whether it was this call that stored the confirmation.
 */
export async function recordPayment(
  sql: Sql,
  ref: Ref,
  acquirer_ref: string,
  confirm: NewRequest | null,
): Promise<boolean> {
  const { key = null, path = null, body = null } = confirm ?? {}
  const { rowCount } = await sql.query(
    `with known as (
       update transaction set acquirer_ref = $4
       where merchant_id = $1 and livemode = $2 and id = $3 and acquirer_ref is null)
     insert into acquirer_request (merchant_id, livemode, transaction_id, call, key, path, body, first_sent_at)
     select $1, $2, $3, 'confirm', $5::text, $6::text, $7::text, now() where $5::text is not null
     on conflict (merchant_id, livemode, transaction_id, call) do nothing`,
    [ref.merchant_id, ref.livemode, ref.id, acquirer_ref, key, path, body],
  )
  return rowCount === 1
}

/** The call as it was stored, for whoever has just stored it. */
export async function findRequest(sql: Sql, ref: Ref, call: Call): Promise<RequestRow | null> {
  return await maybeOne<RequestRow>(
    sql,
    `select call, key, path, body, tries, tries = 1 is_first from acquirer_request where ${OF_CALL}`,
    [ref.merchant_id, ref.livemode, ref.id, call],
  )
}

/** Writes down that it is sent once more, by the database's clock. Null: it is not stored, or too old to be sent. */
export async function markSent(
  sql: Sql,
  ref: Ref,
  call: Call,
  max_age_seconds: number,
): Promise<RequestRow | null> {
  return await maybeOne<RequestRow>(
    sql,
    `update acquirer_request set tries = tries + 1, first_sent_at = coalesce(first_sent_at, now()) where ${OF_CALL}
       and (first_sent_at is null or first_sent_at > now() - $5 * interval '1 second')
     returning call, key, path, body, tries, first_sent_at = now() is_first`,
    [ref.merchant_id, ref.livemode, ref.id, call, max_age_seconds],
  )
}

/** The only try so far certainly did not reach the acquirer. Writes nothing when another one was begun meanwhile. */
export async function markUnsent(sql: Sql, ref: Ref, { call, tries }: RequestRow): Promise<void> {
  await sql.query(`update acquirer_request set first_sent_at = null where ${OF_CALL} and tries = $5`, [
    ref.merchant_id,
    ref.livemode,
    ref.id,
    call,
    tries,
  ])
}

/** Whether the acquirer may have the call, and whether its key is older than that. */
export async function ageOf(
  sql: Sql,
  ref: Ref,
  call: Call,
  max_age_seconds: number,
): Promise<{ is_sent: boolean; is_old: boolean }> {
  const row = await maybeOne<{ is_sent: boolean; is_old: boolean }>(
    sql,
    `select first_sent_at is not null is_sent,
       coalesce(first_sent_at <= now() - $5 * interval '1 second', false) is_old from acquirer_request where ${OF_CALL}`,
    [ref.merchant_id, ref.livemode, ref.id, call, max_age_seconds],
  )
  return row ?? { is_sent: false, is_old: false }
}

/**
 * A person is needed from now on: one of `calls` is too old to be sent again and has no answer. Null: none is, or that
 * was known before.
 */
export async function markUnknown(
  sql: Sql,
  ref: Ref,
  calls: readonly Call[],
  max_age_seconds: number,
): Promise<Call | null> {
  const row = await maybeOne<{ call: Call }>(
    sql,
    `update transaction t set unknown_since = now() from acquirer_request r
     where t.merchant_id = $1 and t.livemode = $2 and t.id = $3 and t.unknown_since is null
       and t.state in ('authorizing', 'capturing', 'voiding')
       and r.merchant_id = t.merchant_id and r.livemode = t.livemode and r.transaction_id = t.id and r.call = any ($4)
       and r.first_sent_at <= now() - $5 * interval '1 second' returning r.call`,
    [ref.merchant_id, ref.livemode, ref.id, calls, max_age_seconds],
  )
  return row?.call ?? null
}
