import { refArrays } from '../db/refArrays.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Fiat } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'

/** Amounts in minor units, rates scaled by RATE_SCALE. gross = fee + spread + payout_value + remainder, exactly. */
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

/** What the transaction was converted at, for good. Null before it is. */
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
    refArrays(transactions),
  )
  return rows
}
