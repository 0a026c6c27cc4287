import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'

export type ConversionFigures = {
  gross: bigint
  fee: bigint
  spread: bigint
  payout_value: bigint
  remainder: bigint
  payout_amount: bigint
  rate: bigint
  mid_rate: bigint
}

/** Fixes the conversion of a transaction, once: a second one is a unique violation, and rows never change. */
export async function insertConversion(
  tx: Tx,
  transaction: Ref & { currency: Fiat; payout_currency: Crypto },
  figures: ConversionFigures,
  receipt: object,
): Promise<void> {
  await tx.query(
    `insert into conversion (merchant_id, livemode, id, transaction_id, gross, currency, fee, spread, remainder,
       payout_value, payout_amount, payout_currency, rate, mid_rate, receipt, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, date_trunc('milliseconds', now()))`,
    [
      transaction.merchant_id,
      transaction.livemode,
      newId('conversion'),
      transaction.id,
      figures.gross,
      transaction.currency,
      figures.fee,
      figures.spread,
      figures.remainder,
      figures.payout_value,
      figures.payout_amount,
      transaction.payout_currency,
      figures.rate,
      figures.mid_rate,
      JSON.stringify(receipt),
    ],
  )
}

export async function findConversion(tx: Tx, transaction: Ref): Promise<ConversionFigures | null> {
  return await maybeOne<ConversionFigures>(
    tx,
    `select gross, fee, spread, remainder, payout_value, payout_amount, rate, mid_rate from conversion
     where merchant_id = $1 and livemode = $2 and transaction_id = $3`,
    [transaction.merchant_id, transaction.livemode, transaction.id],
  )
}

/** What the payouts of transactions were worth at their conversions, minor units, summed per currency. */
export async function payoutValues(
  sql: Sql,
  transactions: readonly Ref[],
): Promise<{ currency: Fiat; value: bigint }[]> {
  const { rows } = await sql.query<{ currency: Fiat; value: bigint }>(
    `select c.currency, sum(c.payout_value) as value
     from unnest($1::text[], $2::boolean[], $3::text[]) k (merchant_id, livemode, id)
     join conversion c on c.merchant_id = k.merchant_id and c.livemode = k.livemode and c.transaction_id = k.id
     group by c.currency`,
    [
      transactions.map(({ merchant_id }) => merchant_id),
      transactions.map(({ livemode }) => livemode),
      transactions.map(({ id }) => id),
    ],
  )
  return rows
}
