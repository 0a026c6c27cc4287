import assert from 'node:assert/strict'
import type { Db } from '../../packages/server/src/db/sql.ts'

/**
 * Asserts over the whole database: every asset sums to zero, and for every captured payment
 * gross = payout value + fee + spread + remainder, in the conversion and in the ledger. Returns how many there were.
 */
export async function assertBooks(db: Db): Promise<number> {
  const { rows: sums } = await db.query<{ asset: string; total: bigint }>(
    'select asset, sum(amount) total from posting group by asset',
  )
  assert.ok(sums.length >= 2)
  for (const { asset, total } of sums) assert.equal(total, 0n, `${asset} does not sum to zero`)
  const { rows } = await db.query<Record<'gross' | 'parts' | 'booked' | 'owed' | 'payout', bigint>>(
    `select t.amount gross, c.payout_value + c.fee + c.spread + c.remainder parts, t.payout_amount payout,
       (select sum(p.amount) from posting p join journal j on j.merchant_id = p.merchant_id and j.id = p.journal_id
        where j.key = 'capture:' || t.id and p.account = 'acquirer_receivable') booked,
       (select -sum(p.amount) from posting p join journal j on j.merchant_id = p.merchant_id and j.id = p.journal_id
        where j.key = 'capture:' || t.id and p.account = 'merchant_payable') owed
     from transaction t join conversion c on c.merchant_id = t.merchant_id and c.transaction_id = t.id
     where t.captured_at is not null`,
  )
  for (const row of rows) {
    assert.equal(row.parts, row.gross)
    assert.equal(row.booked, row.gross)
    assert.equal(row.owed, row.payout)
  }
  return rows.length
}

// Amounts of 18-decimal coins are long digit runs by nature, and one in ten passes Luhn.
const LONG_MONEY = /"(amount|value|gas|max_fee_per_gas|max_priority_fee_per_gas)":\s*"\d+"/g

/** Every row of every table as text, money columns aside: they are numeric and hold no strings. */
export async function dumpDatabase(db: Db): Promise<string> {
  const { rows: columns } = await db.query<{ name: string; columns: string }>(
    `select format('%I.%I', table_schema, table_name) as name,
       string_agg(format('%I::text', column_name), ', ') as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where table_schema not in ('pg_catalog', 'information_schema') and t.table_type = 'BASE TABLE'
       and c.data_type <> 'numeric'
     group by 1`,
  )
  const parts: string[] = []
  for (const { name, columns: list } of columns) {
    const { rows } = await db.query<Record<string, string>>(
      `select concat_ws(' | ', ${list}) row from ${name}`,
    )
    parts.push(...rows.map(({ row }) => `${name}: ${row}`))
  }
  return parts.join('\n').replace(LONG_MONEY, '"$1":""')
}
