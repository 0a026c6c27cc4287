import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { PresentedKey, Ref, Tenant } from '../lib/tenant.ts'
import type { SessionRow } from './session.ts'

const COLUMNS = `s.merchant_id, s.livemode, s.id, s.status, s.amount, s.currency, s.payout_currency, s.customer_email,
  s.metadata, s.redirect_url, s.webhook_url, s.transaction_id, s.attempts, s.expires_at, s.created_at`

// A charge in flight keeps its session from expiring.
const NO_LIVE_CHARGE = `not exists (
  select from transaction t where t.merchant_id = s.merchant_id and t.livemode = s.livemode
    and t.checkout_session_id = s.id and t.state not in ('declined', 'voided'))`

// A session whose time has passed reads as expired at once; the sweep writes it down and tells the merchant.
const READ_COLUMNS = COLUMNS.replace(
  's.status,',
  `case when s.status = 'pending' and s.expires_at <= now() and ${NO_LIVE_CHARGE} then 'expired' else s.status end status,`,
)

export type NewSession = {
  id: string
  amount: bigint
  currency: Fiat
  payout_currency: Crypto
  customer_email: string | null
  metadata: string
  redirect_url: string | null
  webhook_url: string | null
  expires_in: number
}

export type InsertOutcome = {
  merchant_id: string
  livemode: boolean
  has_wallet: boolean
  session_id: string | null
  created_at: Date | null
  expires_at: Date | null
}

/**
 * Proves the key, checks the merchant's wallet, claims the idempotency key and stores the session: one statement, one
 * round trip, one commit. Null: the key is not valid. `session_id` null: no wallet, or the idempotency key was taken.
 */
export async function insertSession(
  sql: Sql,
  key: PresentedKey,
  session: NewSession,
  networks: readonly string[],
  idempotency: { route: string; key: string; fingerprint: Buffer } | null,
): Promise<InsertOutcome | null> {
  return await maybeOne<InsertOutcome>(
    sql,
    `with tenant as (
       select k.merchant_id, k.livemode, coalesce(w.network = any($13), false) has_wallet
       from api_key k left join wallet w
         on w.merchant_id = k.merchant_id and w.livemode = k.livemode and w.asset = $7
       where k.id = $1 and k.secret_hash = $2 and k.livemode = $3 and k.revoked_at is null),
     claim as (
       insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
       select merchant_id, livemode, $14, $15, $16, $4 from tenant where has_wallet and $15::text is not null
       on conflict do nothing returning object_id),
     stored as (
       insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, customer_email,
         metadata, redirect_url, webhook_url, created_at, expires_at)
       select merchant_id, livemode, $4, $5, $6, $7, $8, $9, $10, $11, at, at + $12 * interval '1 second'
       from tenant, date_trunc('milliseconds', now()) at
       where has_wallet and ($15::text is null or exists (select from claim))
       returning id, created_at, expires_at)
     select tenant.merchant_id, tenant.livemode, has_wallet, stored.id session_id, created_at, expires_at
     from tenant left join stored on true`,
    [
      key.id,
      key.secret_hash,
      key.livemode,
      session.id,
      session.amount,
      session.currency,
      session.payout_currency,
      session.customer_email,
      session.metadata,
      session.redirect_url,
      session.webhook_url,
      session.expires_in,
      networks,
      idempotency?.route ?? null,
      idempotency?.key ?? null,
      idempotency?.fingerprint ?? null,
    ],
  )
}

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

export type LockedSession = SessionRow & { past: boolean; has_live_charge: boolean; plan: string }

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
    `select ${COLUMNS}, s.expires_at <= now() past, not ${NO_LIVE_CHARGE} has_live_charge, m.plan
     from checkout_session s join merchant m on m.id = s.merchant_id
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

/** Counts an attempt to pay. */
export async function countAttempt(tx: Tx, ref: Ref): Promise<void> {
  await tx.query(
    `update checkout_session set attempts = attempts + 1 where merchant_id = $1 and livemode = $2 and id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** Takes the key for `object_id`. False: it was taken before. Waits for a twin that is still running. */
export async function claimIdempotencyKey(
  tx: Tx,
  tenant: Tenant,
  claim: { route: string; key: string; fingerprint: Buffer },
  object_id: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [tenant.merchant_id, tenant.livemode, claim.route, claim.key, claim.fingerprint, object_id],
  )
  return rowCount === 1
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
