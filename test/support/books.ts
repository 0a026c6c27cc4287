import assert from 'node:assert/strict'
import { type Db, inTransaction } from '../../packages/server/src/db/sql.ts'
import { verifyLedger } from '../../packages/server/src/ledger/invariants.ts'
import { takeSnapshot } from '../../packages/server/src/ledger/invariantsStore.ts'
import { sealJournals } from '../../packages/server/src/ledger/sealJournals.ts'

/**
 * Asserts over the whole database that the books hold: journals and assets sum to zero, balances are the sums of their
 * postings and on their side, what is in flight is what payouts say, each captured payment adds up to the cent, and once
 * all is sealed no chain is broken. Returns how many captured payments there were.
 */
export async function assertBooks(db: Db): Promise<number> {
  await sealJournals(db)
  const { verdicts, chains } = await inTransaction(db, async (tx) => {
    await takeSnapshot(tx)
    return await verifyLedger(tx)
  })
  for (const { holds, mismatches } of verdicts) assert.deepEqual(mismatches, [], holds)
  assert.ok(chains.length > 0)
  const { rows } = await db.query<{ n: number }>(
    'select count(*)::int n from transaction where captured_at is not null',
  )
  return rows[0]?.n ?? 0
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
