import type { Sql } from '../db/sql.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { BatchRef } from './batch.ts'
import { firstPayoutOf } from './batchStore.ts'

/** Wakes a worker for the batch after `delay_ms`. A batch is of no merchant, so it is its first payout that is named. */
export async function wakeBatch(sql: Sql, batch: BatchRef, delay_ms: number): Promise<void> {
  const payout = await firstPayoutOf(sql, batch)
  if (payout) await enqueue(sql, 'advance_payout', payout, delay_ms)
}
