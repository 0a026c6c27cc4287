import { backoffMs } from '../jobs/lease.ts'
import { CALLS_OF, resendSeconds } from './request.ts'
import { markUnknown } from './requestStore.ts'
import type { StepContext } from './step.ts'
import type { TransactionRow } from './transaction.ts'

/** How often the acquirer is asked about what a person has to settle: it may still say. */
const UNKNOWN_WAIT_MS = 60_000

/**
 * No answer yet: asked again later. Once the call can no longer be sent again, a person is told, and the row says since
 * when; it is looked up all the same, and ends by itself as soon as the acquirer knows.
 */
export async function waitForAnswer(
  { ctx, acquirer }: StepContext,
  row: TransactionRow,
): Promise<{ wait_ms: number }> {
  if (row.unknown_since) return { wait_ms: UNKNOWN_WAIT_MS }
  const calls = CALLS_OF[row.state]
  if (!calls) return { wait_ms: backoffMs(row.tries) }
  const call = await markUnknown(ctx.db, row, calls, resendSeconds(acquirer))
  if (!call) return { wait_ms: backoffMs(row.tries) }
  ctx.log.error(
    {
      transaction_id: row.id,
      acquirer: row.acquirer,
      acquirer_ref: row.acquirer_ref,
      state: row.state,
      call,
    },
    'what became of a call to the acquirer is not known: a person has to find out',
  )
  return { wait_ms: UNKNOWN_WAIT_MS }
}
