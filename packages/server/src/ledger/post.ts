import type { Tx } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { newId } from '../lib/ids.ts'
import type { LedgerAsset } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Posting } from './posting.ts'
import { insertJournal } from './store.ts'

/**
 * Books one journal in the caller's transaction. `key` says what happened to what (`capture:txn_…`) and can be booked
 * once only: a second time is a unique violation, and the caller's state change rolls back with it.
 * Lines of zero are left out. Asserts the balance per asset; PostgreSQL checks it again at commit.
 *
 * Who takes from a guarded balance (`merchant_payable`, `payout_in_flight`, …) locks it until commit. A transaction that
 * books for several merchants does so in the order of merchant, mode and key, like every other one, or two of them can
 * wait for each other in a circle.
 */
export async function post(tx: Tx, tenant: Tenant, key: string, postings: readonly Posting[]): Promise<void> {
  const lines = postings.filter((posting) => posting.amount !== 0n)
  const sums = new Map<LedgerAsset, bigint>()
  for (const { asset, amount } of lines) sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  for (const [asset, sum] of sums) assert(sum === 0n, `journal ${key} is unbalanced in ${asset}`)
  assert(lines.length >= 2, `journal ${key} has nothing to book`)
  await insertJournal(tx, tenant, newId('journal'), key, lines)
}
