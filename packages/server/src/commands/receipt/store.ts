import type { ConversionFigures } from '../../conversions/store.ts'
import { type Sql, maybeOne } from '../../db/sql.ts'
import type { Posting } from '../../ledger/posting.ts'
import type { Crypto, Fiat } from '../../lib/money.ts'

/** A conversion with everything that must agree with its receipt. Amounts in minor units. */
export type StoredConversion = ConversionFigures & {
  id: string
  transaction_id: string
  currency: Fiat
  payout_currency: Crypto
  receipt: unknown
  /** Null: from before quotes were bound. */
  quote_receipt: unknown
  transaction: {
    amount: bigint
    currency: Fiat
    fee_bps: number
    fee_amount: bigint
    spread_bps: number
    payout_currency: Crypto
    /** Null: not captured. */
    payout_amount: bigint | null
  }
  /** Lines of the capture's journal; none when there is no such journal. */
  postings: Posting[]
}

type Row = Omit<StoredConversion, 'transaction' | 'postings'> & {
  amount: bigint
  t_currency: Fiat
  fee_bps: number
  fee_amount: bigint
  spread_bps: number
  t_payout_currency: Crypto
  t_payout_amount: bigint | null
  postings: (Omit<Posting, 'amount'> & { amount: string })[] | null
}

const SELECT = `select c.id, c.transaction_id, c.gross, c.fee, c.spread, c.payout_value, c.remainder, c.payout_amount, c.rate,
    c.mid_rate, c.currency, c.payout_currency, c.receipt, q.receipt quote_receipt, t.amount, t.currency t_currency, t.fee_bps,
    t.fee_amount, t.spread_bps, t.payout_currency t_payout_currency, t.payout_amount t_payout_amount,
    (select json_agg(json_build_object('account', p.account, 'asset', p.asset, 'amount', p.amount::text))
     from journal j join posting p on (p.merchant_id, p.livemode, p.journal_id) = (j.merchant_id, j.livemode, j.id)
     where (j.merchant_id, j.livemode, j.key) = (t.merchant_id, t.livemode, $1 || t.id)) postings
  from conversion c
  join transaction t on (t.merchant_id, t.livemode, t.id) = (c.merchant_id, c.livemode, c.transaction_id)
  left join quote q on (q.merchant_id, q.livemode, q.id) = (c.merchant_id, c.livemode, c.quote_id)`

/** @param journal what stands before the transaction's id in the key of a capture's journal */
export async function findStored(
  sql: Sql,
  journal: string,
  transaction_id: string,
): Promise<StoredConversion | null> {
  const row = await maybeOne<Row>(sql, `${SELECT} where c.transaction_id = $2`, [journal, transaction_id])
  return row && stored(row)
}

/** The next conversions of all merchants and modes, in the order of their ids. */
export async function listStored(
  sql: Sql,
  journal: string,
  after: string,
  limit: number,
): Promise<StoredConversion[]> {
  const { rows } = await sql.query<Row>(`${SELECT} where c.id > $2 order by c.id limit $3`, [
    journal,
    after,
    limit,
  ])
  return rows.map(stored)
}

function stored({
  amount,
  t_currency,
  fee_bps,
  fee_amount,
  spread_bps,
  t_payout_currency,
  t_payout_amount,
  postings,
  ...conversion
}: Row): StoredConversion {
  return {
    ...conversion,
    transaction: {
      amount,
      currency: t_currency,
      fee_bps,
      fee_amount,
      spread_bps,
      payout_currency: t_payout_currency,
      payout_amount: t_payout_amount,
    },
    postings: (postings ?? []).map((line) => ({ ...line, amount: BigInt(line.amount) })),
  }
}
