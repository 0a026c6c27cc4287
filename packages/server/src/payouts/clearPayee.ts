import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { Ref } from '../lib/tenant.ts'
import { type Cleared, clearPayeeOf } from './clearanceStore.ts'

/**
 * A person says that the address of a payout is right, though it is a contract on another network only. Null: the payout
 * is not held for that.
 */
export async function clearPayee({ db }: Pick<Context, 'db'>, payout: Ref): Promise<Cleared | null> {
  return await inTransaction(db, async (tx) => {
    const cleared = await clearPayeeOf(tx, payout)
    if (cleared) await enqueue(tx, 'advance_payout', payout)
    return cleared
  })
}
