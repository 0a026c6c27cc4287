import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import { advanceBatch } from './advanceBatch.ts'
import type { BatchRow } from './batch.ts'
import { planBatch } from './planBatch.ts'
import { policyOf } from './policy.ts'
import type { PayoutPorts } from './ports.ts'
import { reserveBatch } from './reserveBatch.ts'
import type { StepContext } from './step.ts'
import { type Pool, type WaitingPayout, leaseWaiting, releaseWaiting } from './waitingStore.ts'

const RETRY_MS = 2000

/**
 * Puts the payouts of a pool that wait into batches, those that have waited longest first, and carries each batch on.
 * Where one transaction pays many, a batch that is not full waits until its oldest payout has waited long enough.
 */
export async function formBatches(ctx: Context, ports: PayoutPorts, pool: Pool): Promise<void> {
  const chain = modeOf(ctx, pool)?.chains.get(pool.network)
  if (!chain) return
  const most = chain.batchMax(pool.asset)
  for (;;) {
    const waiting = await leaseWaiting(ctx.db, pool, most, ctx.config.lease_seconds)
    if (waiting.length === 0) return
    const wait_ms = most > 1 && waiting.length < most ? patience(ctx, pool, waiting) : 0
    if (wait_ms > 0) return await putBack(ctx, waiting, wait_ms)
    const batch = await attempt({ ctx, ports, chain }, pool, waiting)
    if (batch) await advanceBatch(ctx, ports, batch)
    if (waiting.length < most) return
  }
}

/** How long a batch may still wait for company, milliseconds. One that was held before has waited. */
function patience(ctx: Context, pool: Pool, [oldest]: readonly WaitingPayout[]): number {
  if (!oldest || oldest.state === 'held') return 0
  const { batch_wait_ms } = policyOf(ctx, pool.livemode, pool.network)
  return batch_wait_ms - (nowMs() - oldest.created_at.getTime())
}

/** A chain that does not answer is asked again later; the payouts wait. */
async function attempt(
  step: StepContext,
  pool: Pool,
  waiting: readonly WaitingPayout[],
): Promise<BatchRow | null> {
  try {
    const plan = await planBatch(step, pool, waiting)
    return plan && (await reserveBatch(step, pool, plan))
  } catch (error) {
    if (!(error instanceof LostRace || error instanceof ProviderError)) throw error
    step.ctx.log.warn({ network: pool.network, asset: pool.asset, err: error }, 'no batch could be made')
    await putBack(step.ctx, waiting, RETRY_MS)
    return null
  }
}

async function putBack(ctx: Context, waiting: readonly WaitingPayout[], delay_ms: number): Promise<void> {
  await releaseWaiting(ctx.db, waiting, delay_ms)
  const [oldest] = waiting
  if (oldest) await enqueue(ctx.db, 'advance_payout', oldest, delay_ms)
}
