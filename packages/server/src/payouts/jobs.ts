import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { advancePayout } from './advancePayout.ts'
import type { PayoutPorts } from './ports.ts'
import { wakingPayouts } from './store.ts'

const BATCH = 50

/** Takes up every payout whose worker died or whose job was lost. */
export function payoutSweeps(ctx: Context, ports: PayoutPorts): Sweep[] {
  return [
    {
      name: 'unfinished payouts',
      run: async () => {
        const waiting = await wakingPayouts(ctx.db, BATCH)
        for (const ref of waiting) await advancePayout(ctx, ports, ref)
        return waiting.length
      },
    },
  ]
}
