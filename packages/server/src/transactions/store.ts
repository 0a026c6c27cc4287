import type { CustomerAction, ThreeDsWish } from '../adapters/acquirer.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import { type TransactionRow, type TransactionState, sourcesOf } from './transaction.ts'

const COLUMNS = `t.merchant_id, t.livemode, t.id, t.checkout_session_id, t.state, t.status, t.amount, t.currency,
  t.fee_bps, t.fee_amount, t.spread_bps, t.three_ds, t.action, t.payout_currency, t.payout_network, t.payout_address, t.payout_address_mac,
  t.payout_amount,
  t.payout_id, t.amount_refunded, t.acquirer, t.acquirer_ref, t.card_token, t.card_brand, t.card_last_four,
  t.failure_code, t.failure_message, t.customer_email, t.customer_locale, t.metadata, t.webhook_url, t.tries, t.give_up_at, t.unknown_since, t.created_at,
  t.captured_at, t.paid_out_at, t.statement_descriptor`
const CONVERSION = `c.rate conversion_rate,
  coalesce((c.receipt #>> '{quote,quoted_at}')::timestamptz, c.created_at) conversion_time,
  array(select s ->> 'venue' from json_array_elements(c.receipt -> 'quote' -> 'venues') s where (s ->> 'accepted')::boolean) conversion_sources`
const JOINED = `from transaction t left join conversion c
  on c.merchant_id = t.merchant_id and c.livemode = t.livemode and c.transaction_id = t.id`
/** A transaction with its conversion, ready for a `where`. */
export const SELECT = `select ${COLUMNS}, ${CONVERSION} ${JOINED}`
const UNFINISHED = `t.state in ('authorizing', 'authorized', 'capturing', 'voiding')`

export type NewTransaction = {
  id: string
  checkout_session_id: string
  amount: bigint
  currency: Fiat
  fee_bps: number
  fee_amount: bigint
  spread_bps: number
  three_ds: ThreeDsWish
  statement_descriptor: string | null
  payout_currency: Crypto
  acquirer: string
  card_token: string
  card_token_hash: Buffer
  customer_email: string | null
  customer_locale: string | null
  metadata: string
  webhook_url: string | null
}

/**
 * Records the intent to charge, with the wallet as it is now: later changes do not touch this payment. The row starts
 * leased to the caller. False: the merchant has no wallet for the currency any more.
 * A second live charge of the session is a unique violation of `transaction_one_live_charge`.
 */
export async function insertTransaction(
  tx: Tx,
  tenant: Tenant,
  t: NewTransaction,
  lease_seconds: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into transaction (merchant_id, livemode, id, checkout_session_id, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, payout_address_mac, acquirer, card_token, customer_email, metadata,
       webhook_url, card_token_hash, customer_locale, three_ds, statement_descriptor, wake_at, created_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, w.network, w.address, w.mac, $11, $12, $13, $14, $15, $17, $18, $19, $20,
       now() + $16 * interval '1 second', date_trunc('milliseconds', now())
     from current_wallet w where w.merchant_id = $1 and w.livemode = $2 and w.asset = $10`,
    [
      tenant.merchant_id,
      tenant.livemode,
      t.id,
      t.checkout_session_id,
      t.amount,
      t.currency,
      t.fee_bps,
      t.fee_amount,
      t.spread_bps,
      t.payout_currency,
      t.acquirer,
      t.card_token,
      t.customer_email,
      t.metadata,
      t.webhook_url,
      lease_seconds,
      t.card_token_hash,
      t.customer_locale,
      t.three_ds,
      t.statement_descriptor,
    ],
  )
  return rowCount === 1
}

export async function findTransaction(sql: Sql, ref: Ref): Promise<TransactionRow | null> {
  return await maybeOne<TransactionRow>(
    sql,
    `${SELECT} where t.merchant_id = $1 and t.livemode = $2 and t.id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** The attempt that this token already made on this session. */
export async function findByToken(
  sql: Sql,
  session: Ref,
  card_token_hash: Buffer,
): Promise<TransactionRow | null> {
  return await maybeOne<TransactionRow>(
    sql,
    `${SELECT} where t.merchant_id = $1 and t.livemode = $2 and t.checkout_session_id = $3 and t.card_token_hash = $4`,
    [session.merchant_id, session.livemode, session.id, card_token_hash],
  )
}

/** Takes the row for a while, unless it is finished or someone else holds it. Null then. */
export async function leaseTransaction(
  sql: Sql,
  ref: Ref,
  lease_seconds: number,
): Promise<TransactionRow | null> {
  return await maybeOne<TransactionRow>(
    sql,
    `with leased as (
       update transaction t set lease_until = now() + $4 * interval '1 second', tries = t.tries + 1,
         wake_at = now() + $4 * interval '1 second'
       where t.merchant_id = $1 and t.livemode = $2 and t.id = $3 and ${UNFINISHED}
         and (t.lease_until is null or t.lease_until <= now())
       returning t.*)
     select ${COLUMNS}, ${CONVERSION} ${JOINED.replace('transaction t', 'leased t')}`,
    [ref.merchant_id, ref.livemode, ref.id, lease_seconds],
  )
}

/** Gives the row back, to be looked at again after `delay_ms`. */
export async function releaseTransaction(sql: Sql, ref: Ref, delay_ms: number): Promise<void> {
  await sql.query(
    `update transaction t set lease_until = null, wake_at = now() + $4 * interval '1 millisecond'
     where t.merchant_id = $1 and t.livemode = $2 and t.id = $3 and ${UNFINISHED}`,
    [ref.merchant_id, ref.livemode, ref.id, delay_ms],
  )
}

/** Locks the row while it may still be priced. False: it is past that. */
export async function lockUncaptured(tx: Tx, ref: Ref): Promise<boolean> {
  const row = await maybeOne(
    tx,
    `select from transaction where merchant_id = $1 and livemode = $2 and id = $3 and state in ('authorizing', 'authorized')
     for no key update`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
  return row !== null
}

/** Remembers what the customer's bank wants of the customer. False: the row is past that. */
export async function setAction(sql: Sql, ref: Ref, action: CustomerAction): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update transaction set action = $4 where merchant_id = $1 and livemode = $2 and id = $3 and state = 'authorizing'`,
    [ref.merchant_id, ref.livemode, ref.id, JSON.stringify(action)],
  )
  return rowCount === 1
}

/** Another payout is made of what the transaction owes. The database refuses any but the retry of the one before. */
export async function setPayout(tx: Tx, ref: Ref, payout_id: string): Promise<void> {
  await tx.query(
    'update transaction set payout_id = $4 where merchant_id = $1 and livemode = $2 and id = $3',
    [ref.merchant_id, ref.livemode, ref.id, payout_id],
  )
}

export type Move = {
  card?: { brand: string; last_four: string } | null
  failure?: { code: string; message: string } | null
  payout_amount?: bigint
  payout_id?: string
  give_up_seconds?: number
}

/** Where a row goes from `authorizing`. */
const AFTER_CONFIRM: ReadonlySet<TransactionState> = new Set(['authorized', 'declined', 'voiding'])

/**
 * Moves the row to `to` from any state that may go there, with what is known now. Null: refused, nothing written.
 * The card token is dropped as soon as it has been used, here and in the stored request that it went out with.
 */
export async function moveTransaction(
  tx: Tx,
  ref: Ref,
  to: TransactionState,
  { card = null, failure = null, payout_amount, payout_id, give_up_seconds }: Move = {},
): Promise<TransactionRow | null> {
  const move = `update transaction t set state = $4,
       card_token = case when $4 = 'authorizing' then card_token end, action = null,
       card_brand = coalesce($6, card_brand), card_last_four = coalesce($7, card_last_four),
       failure_code = coalesce($8, failure_code), failure_message = coalesce($9, failure_message),
       payout_amount = coalesce($10, payout_amount), payout_id = coalesce($11, payout_id),
       give_up_at = coalesce(now() + $12 * interval '1 second', give_up_at),
       captured_at = case when $4 = 'captured' then date_trunc('milliseconds', now()) else captured_at end,
       paid_out_at = case when $4 = 'paid_out' then date_trunc('milliseconds', now()) else paid_out_at end,
       tries = 0, unknown_since = null
     where t.merchant_id = $1 and t.livemode = $2 and t.id = $3 and t.state = any($5) returning id`
  const forgotten = `update acquirer_request r set body = null from moved
     where r.merchant_id = $1 and r.livemode = $2 and r.transaction_id = $3 and r.call = 'confirm' and r.body is not null`
  const moved = await maybeOne<{ id: string }>(
    tx,
    AFTER_CONFIRM.has(to)
      ? `with moved as (${move}), forgotten as (${forgotten}) select id from moved`
      : move,
    [
      ref.merchant_id,
      ref.livemode,
      ref.id,
      to,
      sourcesOf(to),
      card?.brand ?? null,
      card?.last_four ?? null,
      failure?.code ?? null,
      failure?.message ?? null,
      payout_amount ?? null,
      payout_id ?? null,
      give_up_seconds ?? null,
    ],
  )
  return moved ? await findTransaction(tx, ref) : null
}

/** Charges that nobody works on and whose time has come. */
export async function wakingTransactions(sql: Sql, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `select t.merchant_id, t.livemode, t.id from transaction t where ${UNFINISHED} and t.wake_at <= now()
       and (t.lease_until is null or t.lease_until <= now()) order by t.wake_at limit $1`,
    [limit],
  )
  return rows
}

/** The newest attempt on a session, for the hosted page. */
export async function latestOfSession(sql: Sql, session: Ref): Promise<TransactionRow | null> {
  return await maybeOne<TransactionRow>(
    sql,
    `${SELECT} where t.merchant_id = $1 and t.livemode = $2 and t.checkout_session_id = $3 order by t.id desc limit 1`,
    [session.merchant_id, session.livemode, session.id],
  )
}

/** Stores an inbound acquirer event and finds whose payment it is about. Null: seen before, or not one of ours. */
export async function recordAcquirerEvent(
  sql: Sql,
  acquirer: string,
  livemode: boolean,
  event: { id: string; type: string; payment_ref: string },
): Promise<Ref | null> {
  return await maybeOne<Ref>(
    sql,
    `with seen as (
       insert into acquirer_event (acquirer, livemode, id, type, payment_ref) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning payment_ref)
     select t.merchant_id, t.livemode, t.id from seen join transaction t
       on t.acquirer = $1 and t.acquirer_ref = seen.payment_ref and t.livemode = $2`,
    [acquirer, livemode, event.id, event.type, event.payment_ref],
  )
}
