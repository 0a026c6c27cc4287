import type { Tx } from '../db/sql.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type NewPayout, insertPayout } from './store.ts'

/**
 * Records that a payout is owed, in the transaction that captured the money, and wakes a worker.
 * A second live payout for the same transaction is a unique violation.
 */
export async function createPayout(tx: Tx, tenant: Tenant, payout: NewPayout): Promise<void> {
  await insertPayout(tx, tenant, payout)
  await enqueue(tx, 'advance_payout', { ...tenant, id: payout.id })
}
