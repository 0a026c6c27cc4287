import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { sweepRows } from '../jobs/sweepRows.ts'
import { advancePayout } from './advancePayout.ts'
import type { PayoutPorts } from './ports.ts'
import { wakingPayouts } from './store.ts'

const BATCH = 50
const AT_ONCE = 4

/** Takes up every payout whose worker died or whose job was lost. */
export function payoutSweeps(ctx: Context, ports: PayoutPorts): Sweep[] {
  return [
    sweepRows(
      'unfinished payouts',
      () => wakingPayouts(ctx.db, BATCH),
      (ref) => advancePayout(ctx, ports, ref),
      (ref, err) => ctx.log.error({ payout_id: ref.id, err }, 'could not advance a payout'),
      AT_ONCE,
    ),
  ]
}
