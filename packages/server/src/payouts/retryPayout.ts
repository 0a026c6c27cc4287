import type { Context } from '../context.ts'
import { UNIQUE_VIOLATION, inTransaction, isDbError } from '../db/sql.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { newId } from '../lib/ids.ts'
import type { Ref } from '../lib/tenant.ts'
import type { PayoutPorts } from './ports.ts'
import { insertRetry } from './store.ts'

/**
 * Pays again what a payout owed that failed for good: a payout of its own, in a transaction of its own, to the same
 * address. The database makes at most one for each that failed, and only with proof that it did. Null: there is no such
 * payout, it has not failed, or it was tried again already.
 */
export async function retryPayout(
  { db }: Pick<Context, 'db'>,
  ports: Pick<PayoutPorts, 'showPayout'>,
  failed: Ref,
): Promise<Ref | null> {
  const retry = { ...failed, id: newId('payout') }
  try {
    return await inTransaction(db, async (tx) => {
      const transaction = await insertRetry(tx, failed, retry.id)
      if (!transaction) return null
      await ports.showPayout(tx, transaction, retry.id)
      await enqueue(tx, 'advance_payout', retry)
      return retry
    })
  } catch (error) {
    if (isDbError(error, UNIQUE_VIOLATION)) return null
    throw error
  }
}
