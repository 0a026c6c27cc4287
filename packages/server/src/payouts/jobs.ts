import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { advanceBatch } from './advanceBatch.ts'
import { wakingBatches } from './batchStore.ts'
import { formBatches } from './formBatches.ts'
import type { PayoutPorts } from './ports.ts'
import { waitingPools } from './waitingStore.ts'

const BATCH = 50
const AT_ONCE = 4

/** Takes up every payout that waits for a batch, and every batch whose worker died or whose job was lost. */
export function payoutSweeps(ctx: Context, ports: PayoutPorts): Sweep[] {
  return [
    {
      name: 'waiting payouts',
      async run(stop) {
        const pools = await waitingPools(ctx.db, BATCH)
        for (const pool of pools) {
          if (stop?.aborted) break
          await formBatches(ctx, ports, pool).catch((err: unknown) =>
            ctx.log.error({ ...pool, err }, 'could not make a batch of payouts'),
          )
        }
        return pools.length
      },
    },
    {
      name: 'unfinished batches',
      async run(stop) {
        const waiting = await wakingBatches(ctx.db, BATCH)
        const queue = waiting.values()
        const work = async () => {
          for (const ref of queue) {
            if (stop?.aborted) return
            await advanceBatch(ctx, ports, ref).catch((err: unknown) =>
              ctx.log.error({ batch_id: ref.id, err }, 'could not advance a batch'),
            )
          }
        }
        await Promise.all(Array.from({ length: AT_ONCE }, work))
        return waiting.length
      },
    },
  ]
}
