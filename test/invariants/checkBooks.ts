import type { Sql } from '../../packages/server/src/db/sql.ts'
import { INVARIANTS } from '../../packages/server/src/ledger/invariants.ts'
import { RULES } from './rules.ts'

/**
 * Whatever of the database is not as it must be at any moment, also in the middle of a payment and right after a crash:
 * balances and sums by the gateway's own statements, everything else by `RULES`. Empty: all of it holds.
 */
export async function checkBooks(sql: Sql): Promise<string[]> {
  const broken: string[] = []
  for (const { name, find } of INVARIANTS)
    for (const { subject, merchant_id, detail } of await find(sql, {}))
      broken.push(`${name}: ${merchant_id} ${subject} ${detail}`)
  for (const { name, find } of RULES) {
    const { rows } = await sql.query<{ what: string }>(`${find} limit 20`)
    broken.push(...rows.map(({ what }) => `${name}: ${what}`))
  }
  return broken
}
