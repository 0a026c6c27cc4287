import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { sweepRows } from '../jobs/sweepRows.ts'
import { advanceTransaction } from './advanceTransaction.ts'
import type { TransactionPorts } from './ports.ts'
import { wakingTransactions } from './store.ts'

const BATCH = 100
const AT_ONCE = 8

/** Takes up every charge that was left in the middle: by a crash, an acquirer that did not answer, a missing rate. */
export function transactionSweeps(ctx: Context, ports: TransactionPorts): Sweep[] {
  return [
    sweepRows(
      'unfinished transactions',
      () => wakingTransactions(ctx.db, BATCH),
      async (ref) => {
        await advanceTransaction(ctx, ports, ref)
      },
      (ref, err) => ctx.log.error({ transaction_id: ref.id, err }, 'could not advance a transaction'),
      AT_ONCE,
    ),
  ]
}
