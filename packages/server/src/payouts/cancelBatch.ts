import type { Context } from '../context.ts'
import type { Ref } from '../lib/tenant.ts'
import type { BatchRef } from './batch.ts'
import { askToCancel, batchOf } from './batchStore.ts'
import { wakeBatch } from './wakeBatch.ts'

/**
 * Asks for the transaction that pays a payout to be taken back: its next version pays nobody. Which of them the chain
 * runs is the chain's to say; only when the one that pays nobody is final are its payouts owed again and paid by another
 * transaction. Null: the payout is in no transaction, or that has ended.
 */
export async function cancelBatchOf(ctx: Pick<Context, 'db'>, payout: Ref): Promise<BatchRef | null> {
  const batch = await batchOf(ctx.db, payout)
  if (!batch || !(await askToCancel(ctx.db, batch))) return null
  await wakeBatch(ctx.db, batch, 0)
  return batch
}
