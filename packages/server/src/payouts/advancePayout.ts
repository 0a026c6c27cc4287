import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { backoffMs } from '../jobs/lease.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { broadcastPayout } from './broadcastPayout.ts'
import type { Runner, Step, StepContext } from './step.ts'
import type { PayoutRow, PayoutState } from './payout.ts'
import type { PayoutPorts } from './ports.ts'
import { reservePayout } from './reservePayout.ts'
import { signPayout } from './signPayout.ts'
import { leasePayout, releasePayout } from './store.ts'
import { watchPayout } from './watchPayout.ts'

const STEPS: Partial<Record<PayoutState, Runner>> = {
  queued: reservePayout,
  held: reservePayout,
  reserved: signPayout,
  signed: broadcastPayout,
  broadcast: watchPayout,
  mined: watchPayout,
}

/**
 * Carries a payout as far as it goes now. Safe to call at any time, by anyone, any number of times: a payout has one
 * nonce for life and one signed transaction, so that whatever is sent again is the same cheque.
 */
export async function advancePayout(ctx: Context, ports: PayoutPorts, ref: Ref): Promise<void> {
  let row = await leasePayout(ctx.db, ref, ctx.config.lease_seconds)
  while (row) {
    const run = STEPS[row.state]
    if (!run) return
    const chain = modeOf(ctx, ref)?.chains.get(row.network)
    const step = chain ? await attempt({ ctx, ports, chain }, row, run) : { wait_ms: backoffMs(row.tries) }
    if (!step) return
    if ('wait_ms' in step) {
      await releasePayout(ctx.db, ref, step.wait_ms)
      await enqueue(ctx.db, 'advance_payout', ref, step.wait_ms)
      return
    }
    row = step
  }
}

/** A chain that does not answer is asked again later; the row stays where it is. Null: another worker has it. */
async function attempt(step: StepContext, row: PayoutRow, run: Runner): Promise<Step | null> {
  try {
    return await run(step, row)
  } catch (error) {
    if (error instanceof LostRace) {
      step.ctx.log.warn({ payout_id: row.id, state: row.state }, error.message)
      return null
    }
    if (!(error instanceof ProviderError)) throw error
    step.ctx.log.warn(
      { payout_id: row.id, state: row.state, kind: error.kind, err: error },
      'chain call failed',
    )
    return { wait_ms: backoffMs(row.tries) }
  }
}
