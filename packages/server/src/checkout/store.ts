import type { ThreeDsWish } from '../adapters/acquirer.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import type { SessionRow } from './session.ts'

const COLUMNS = `s.merchant_id, s.livemode, s.id, s.status, s.amount, s.currency, s.payout_currency, s.customer_email,
  s.metadata, s.redirect_url, s.webhook_url, s.locale, s.description, s.transaction_id, s.attempts,
  s.expires_at, s.created_at`

// A charge in flight keeps its session from expiring.
export const NO_LIVE_CHARGE = `not exists (
  select from transaction t where t.merchant_id = s.merchant_id and t.livemode = s.livemode
    and t.checkout_session_id = s.id and t.state not in ('declined', 'voided'))`

/** A session whose time has passed reads as expired at once; the sweep writes it down and tells the merchant. */
export const STATUS_NOW = `case when s.status = 'pending' and s.expires_at <= now() and ${NO_LIVE_CHARGE}
  then 'expired' else s.status end`

/** The columns of a SessionRow, as objects show them. */
export const READ_COLUMNS = COLUMNS.replace('s.status,', `${STATUS_NOW} status,`)

/** The session that an idempotency key made, with the fingerprint of the body that made it. */
export async function findByIdempotencyKey(
  sql: Sql,
  tenant: Tenant,
  route: string,
  key: string,
): Promise<(SessionRow & { fingerprint: Buffer }) | null> {
  return await maybeOne(
    sql,
    `select ${COLUMNS}, i.fingerprint from idempotency_key i join checkout_session s
       on s.merchant_id = i.merchant_id and s.livemode = i.livemode and s.id = i.object_id
     where i.merchant_id = $1 and i.livemode = $2 and i.route = $3 and i.key = $4`,
    [tenant.merchant_id, tenant.livemode, route, key],
  )
}

/** A session as it reads now. */
export async function findSession(sql: Sql, ref: Ref): Promise<SessionRow | null> {
  return await maybeOne<SessionRow>(
    sql,
    `select ${READ_COLUMNS} from checkout_session s where s.merchant_id = $1 and s.livemode = $2 and s.id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

export type PublicSession = SessionRow & { merchant_name: string; merchant_email: string }

/** For the hosted page, whose visitor knows nothing but the id. */
export async function findPublicSession(sql: Sql, id: string): Promise<PublicSession | null> {
  return await maybeOne<PublicSession>(
    sql,
    `select ${READ_COLUMNS}, m.name merchant_name, m.email merchant_email
     from checkout_session s join merchant m on m.id = s.merchant_id where s.id = $1`,
    [id],
  )
}

export type LockedSession = SessionRow & {
  past: boolean
  has_live_charge: boolean
  plan: string
  three_ds: ThreeDsWish
  statement_descriptor: string | null
}

/**
 * Locks the session's row until commit, then reads what decides about it. Two statements on purpose: the second must
 * see what the transaction before us committed while we waited for the lock.
 */
export async function lockSession(tx: Tx, ref: Ref): Promise<LockedSession | null> {
  const values = [ref.merchant_id, ref.livemode, ref.id]
  await tx.query(
    'select from checkout_session where merchant_id = $1 and livemode = $2 and id = $3 for update',
    values,
  )
  return await maybeOne<LockedSession>(
    tx,
    `select ${COLUMNS}, s.expires_at <= now() past, not ${NO_LIVE_CHARGE} has_live_charge, m.plan, m.three_ds,
       b.statement_descriptor
     from checkout_session s join merchant m on m.id = s.merchant_id
       left join merchant_branding b on b.merchant_id = s.merchant_id and b.livemode = s.livemode
     where s.merchant_id = $1 and s.livemode = $2 and s.id = $3`,
    values,
  )
}

/** Moves a pending session to its end. Null: it was not pending, and nothing was written. */
export async function endSession(
  tx: Tx,
  ref: Ref,
  to: 'completed' | 'failed' | 'expired',
  transaction_id: string | null,
): Promise<SessionRow | null> {
  return await maybeOne<SessionRow>(
    tx,
    `update checkout_session s set status = $4, transaction_id = coalesce($5, s.transaction_id)
     where s.merchant_id = $1 and s.livemode = $2 and s.id = $3 and s.status = 'pending' returning ${COLUMNS}`,
    [ref.merchant_id, ref.livemode, ref.id, to, transaction_id],
  )
}

/** How late a session may be given more time, how much, and how often (WCAG 2.2.1: ten times, by one action). */
const MORE_TIME = { from_seconds: 330, seconds: 600, times: 10 }

/**
 * Lets a pending session that is about to end live on for ten minutes more. Null: it is not about to end, has ended, or
 * got more time ten times already.
 */
export async function giveMoreTime(sql: Sql, ref: Ref): Promise<Date | null> {
  const row = await maybeOne<{ expires_at: Date }>(
    sql,
    `update checkout_session set expires_at = expires_at + $4 * interval '1 second', more_time = more_time + 1
     where merchant_id = $1 and livemode = $2 and id = $3 and status = 'pending' and more_time < $5
       and expires_at > now() and expires_at <= now() + $6 * interval '1 second'
     returning expires_at`,
    [ref.merchant_id, ref.livemode, ref.id, MORE_TIME.seconds, MORE_TIME.times, MORE_TIME.from_seconds],
  )
  return row?.expires_at ?? null
}

/** Counts an attempt to pay. */
export async function countAttempt(tx: Tx, ref: Ref): Promise<void> {
  await tx.query(
    `update checkout_session set attempts = attempts + 1 where merchant_id = $1 and livemode = $2 and id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** Sessions whose time has passed and that nobody is paying. */
export async function dueSessions(sql: Sql, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `select merchant_id, livemode, id from checkout_session s
     where status = 'pending' and expires_at <= now() and ${NO_LIVE_CHARGE} order by expires_at limit $1`,
    [limit],
  )
  return rows
}

/** Idempotency keys are kept for 24 hours, as documented. */
export async function dropOldIdempotencyKeys(sql: Sql, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from idempotency_key where ctid in (
       select ctid from idempotency_key where created_at < now() - interval '24 hours' limit $1)`,
    [limit],
  )
  return rowCount ?? 0
}
