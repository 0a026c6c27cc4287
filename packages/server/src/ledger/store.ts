import type { Tx } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Posting } from './posting.ts'

/**
 * Writes a journal and its lines in one statement. PostgreSQL refuses it (check violation, `ledger_balance_side`) when it
 * takes more than a guarded balance holds.
 */
export async function insertJournal(
  tx: Tx,
  tenant: Tenant,
  id: string,
  key: string,
  lines: readonly Posting[],
): Promise<void> {
  await tx.query(
    `with j as (insert into journal (merchant_id, livemode, id, key) values ($1, $2, $3, $4))
     insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
     select $1, $2, $3, line, account, asset, amount
     from unnest($5::text[], $6::text[], $7::numeric[]) with ordinality l (account, asset, amount, line)`,
    [
      tenant.merchant_id,
      tenant.livemode,
      id,
      key,
      lines.map((line) => line.account),
      lines.map((line) => line.asset),
      lines.map((line) => line.amount.toString()),
    ],
  )
}
