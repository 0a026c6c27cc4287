import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { backoffMs } from '../jobs/lease.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import type { BatchRef, BatchRow, BatchState } from './batch.ts'
import { leaseBatch, releaseBatch } from './batchStore.ts'
import { broadcastBatch } from './broadcastBatch.ts'
import type { PayoutPorts } from './ports.ts'
import { signBatch } from './signBatch.ts'
import type { Runner, Step, StepContext } from './step.ts'
import { wakeBatch } from './wakeBatch.ts'
import { watchBatch } from './watchBatch.ts'

const STEPS: Partial<Record<BatchState, Runner>> = {
  reserved: signBatch,
  signed: broadcastBatch,
  broadcast: watchBatch,
  mined: watchBatch,
}

/**
 * Carries a batch as far as it goes now. Safe to call at any time, by anyone, any number of times: a batch has one nonce
 * or its own coins for life, so that of all that is ever sent for it the chain can run one transaction.
 */
export async function advanceBatch(ctx: Context, ports: PayoutPorts, ref: BatchRef): Promise<void> {
  let batch = await leaseBatch(ctx.db, ref, ctx.config.lease_seconds)
  while (batch) {
    const run = STEPS[batch.state]
    if (!run) return
    const chain = modeOf(ctx, ref)?.chains.get(batch.network)
    const step = chain
      ? await attempt({ ctx, ports, chain }, batch, run)
      : { wait_ms: backoffMs(batch.tries) }
    if (!step) return
    if ('wait_ms' in step) {
      await releaseBatch(ctx.db, ref, step.wait_ms, step.is_well === true)
      await wakeBatch(ctx.db, ref, step.wait_ms)
      return
    }
    batch = step
  }
}

/** A chain that does not answer is asked again later; the batch stays where it is. Null: another worker has it. */
async function attempt(step: StepContext, batch: BatchRow, run: Runner): Promise<Step | null> {
  try {
    return await run(step, batch)
  } catch (error) {
    const { log } = step.ctx
    if (error instanceof LostRace) {
      log.warn({ batch_id: batch.id, state: batch.state }, error.message)
      return null
    }
    if (!(error instanceof ProviderError)) throw error
    log.warn({ batch_id: batch.id, state: batch.state, kind: error.kind, err: error }, 'chain call failed')
    return { wait_ms: backoffMs(batch.tries) }
  }
}
