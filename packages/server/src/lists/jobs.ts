import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { foldCounts } from './foldStore.ts'

const BATCH = 2000
const BATCHES = 20

/** Keeps the figures of list totals short: writers only ever append to them. */
export function listSweeps({ db }: Pick<Context, 'db'>): Sweep[] {
  return [
    {
      name: 'list counts',
      async run() {
        let sum = 0
        for (let batch = 0; batch < BATCHES; batch++) {
          const folded = await foldCounts(db, BATCH)
          sum += folded
          if (folded < BATCH) break
        }
        return sum
      },
    },
  ]
}
