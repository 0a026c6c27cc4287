import type { Context } from '../context.ts'
import type { Ref } from '../lib/tenant.ts'
import { advanceBatch } from './advanceBatch.ts'
import { batchOf } from './batchStore.ts'
import { formBatches } from './formBatches.ts'
import type { PayoutPorts } from './ports.ts'
import { poolOf } from './waitingStore.ts'

/**
 * Carries a payout as far as it goes now: into a batch, and its batch towards the chain. Safe to call at any time, by
 * anyone, any number of times.
 */
export async function advancePayout(ctx: Context, ports: PayoutPorts, ref: Ref): Promise<void> {
  const pool = await poolOf(ctx.db, ref)
  if (pool) return await formBatches(ctx, ports, pool)
  const batch = await batchOf(ctx.db, ref)
  if (batch) await advanceBatch(ctx, ports, batch)
}
