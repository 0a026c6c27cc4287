import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import type { Ref } from '../lib/tenant.ts'
import type { ConversionFigures } from './store.ts'

/** A rate bound to a transaction, in minor units of the payout's asset where it says amount. */
export type BoundQuote = { readonly id: string; readonly payout_amount: bigint }

/** For how long a quote holds, seconds: as it is, and once a 3-D Secure challenge is in the way. */
export type QuoteTerms = { readonly ttl_seconds: number; readonly challenge_seconds: number }

const LIVE = `state = 'bound' and clock_timestamp() < case when challenged_at is null then expires_at else grace_until end`
const OF_TRANSACTION = 'merchant_id = $1 and livemode = $2 and transaction_id = $3'

/**
 * Binds a rate to the transaction, until the database's clock says that it has ended. When one still holds, that one
 * stays and is returned: a payment is never priced again while it has a price.
 */
export async function bindQuote(
  tx: Tx,
  transaction: Ref,
  figures: ConversionFigures,
  receipt: object,
  { ttl_seconds, challenge_seconds }: QuoteTerms,
): Promise<BoundQuote | null> {
  const { merchant_id, livemode, id } = transaction
  await tx.query(
    `update quote set state = 'expired', ended_at = clock_timestamp() where ${OF_TRANSACTION} and state = 'bound'
       and not (${LIVE})`,
    [merchant_id, livemode, id],
  )
  const bound = await maybeOne<BoundQuote>(
    tx,
    `insert into quote (merchant_id, livemode, id, transaction_id, gross, fee, spread, remainder, payout_value,
       payout_amount, rate, mid_rate, receipt, bound_at, expires_at, grace_until)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, t.now, t.now + $14 * interval '1 second',
       t.now + $15 * interval '1 second' from (select clock_timestamp() now) t
     on conflict (merchant_id, livemode, transaction_id) where state = 'bound' do nothing
     returning id, payout_amount`,
    [
      merchant_id,
      livemode,
      newId('quote'),
      id,
      figures.gross,
      figures.fee,
      figures.spread,
      figures.remainder,
      figures.payout_value,
      figures.payout_amount,
      figures.rate,
      figures.mid_rate,
      JSON.stringify(receipt),
      ttl_seconds,
      Math.max(ttl_seconds, challenge_seconds),
    ],
  )
  return bound ?? (await findBoundQuote(tx, transaction))
}

/** The quote that holds now, by the database's clock. */
export async function findBoundQuote(sql: Sql, transaction: Ref): Promise<BoundQuote | null> {
  return await maybeOne<BoundQuote>(
    sql,
    `select id, payout_amount from quote where ${OF_TRANSACTION} and ${LIVE}`,
    [transaction.merchant_id, transaction.livemode, transaction.id],
  )
}

/** The customer's bank asks for a challenge: the quote holds for longer. One that has ended stays ended. */
export async function graceQuote(sql: Sql, transaction: Ref): Promise<void> {
  await sql.query(
    `update quote set challenged_at = clock_timestamp() where ${OF_TRANSACTION} and challenged_at is null and ${LIVE}`,
    [transaction.merchant_id, transaction.livemode, transaction.id],
  )
}

/**
 * Fixes the conversion of a transaction at its quote, once: a second one is a unique violation, and neither changes after.
 * False: the quote has ended meanwhile, and nothing was written.
 */
export async function useQuote(
  tx: Tx,
  transaction: Ref & { currency: string; payout_currency: string },
  quote_id: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `with used as (
       update quote set state = 'used', ended_at = clock_timestamp()
       where ${OF_TRANSACTION} and id = $4 and ${LIVE} returning *)
     insert into conversion (merchant_id, livemode, id, transaction_id, quote_id, gross, currency, fee, spread, remainder,
       payout_value, payout_amount, payout_currency, rate, mid_rate, receipt, created_at)
     select merchant_id, livemode, $5, transaction_id, id, gross, $6, fee, spread, remainder, payout_value,
       payout_amount, $7, rate, mid_rate, receipt, date_trunc('milliseconds', now()) from used`,
    [
      transaction.merchant_id,
      transaction.livemode,
      transaction.id,
      quote_id,
      newId('conversion'),
      transaction.currency,
      transaction.payout_currency,
    ],
  )
  return rowCount === 1
}

/** The attempt took no money: its rate is nobody's any more. */
export async function dropQuote(tx: Tx, transaction: Ref): Promise<void> {
  await tx.query(
    `update quote set state = 'expired', ended_at = clock_timestamp() where ${OF_TRANSACTION} and state = 'bound'`,
    [transaction.merchant_id, transaction.livemode, transaction.id],
  )
}
