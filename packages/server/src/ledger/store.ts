import type { Tx } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Posting } from './posting.ts'

/**
 * Writes a journal and its lines in one statement. PostgreSQL refuses it (check violation, `ledger_balance_side`) when it
 * takes more than a guarded balance holds, and (insufficient privilege) when the role of `serve` books anything else than
 * what a capture of this transaction makes.
 */
export async function insertJournal(
  tx: Tx,
  tenant: Tenant,
  id: string,
  key: string,
  lines: readonly Posting[],
): Promise<void> {
  await tx.query('select book_journal($1, $2, $3, $4, $5::text[], $6::text[], $7::numeric[])', [
    tenant.merchant_id,
    tenant.livemode,
    id,
    key,
    lines.map((line) => line.account),
    lines.map((line) => line.asset),
    lines.map((line) => line.amount.toString()),
  ])
}
