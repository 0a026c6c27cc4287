import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { advanceTransaction } from './advanceTransaction.ts'
import type { TransactionPorts } from './ports.ts'
import { wakingTransactions } from './store.ts'

const BATCH = 100

/** Takes up every charge that was left in the middle: by a crash, an acquirer that did not answer, a missing rate. */
export function transactionSweeps(ctx: Context, ports: TransactionPorts): Sweep[] {
  return [
    {
      name: 'unfinished transactions',
      run: async () => {
        const waiting = await wakingTransactions(ctx.db, BATCH)
        await Promise.all(waiting.map((ref) => advanceTransaction(ctx, ports, ref)))
        return waiting.length
      },
    },
  ]
}
