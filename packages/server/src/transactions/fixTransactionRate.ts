import { inTransaction } from '../db/sql.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { moveTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

const RETRY_MS = 1000

/**
 * Fixes the conversion, then the capture may be asked for: what the merchant receives is settled before the card is
 * charged. Without a rate the reservation waits, and is given back when it has waited too long.
 */
export async function fixTransactionRate(step: StepContext, row: TransactionRow): Promise<Step> {
  const { ctx, ports } = step
  const draft = await ports.fixConversion(row)
  failpoint('capture.rate_answered')
  if (!draft) {
    if (row.give_up_at && row.give_up_at.getTime() > nowMs()) return { wait_ms: RETRY_MS }
    const failure = {
      code: 'processing_error',
      message: 'No exchange rate was available. The card was not charged.',
    }
    const voiding = await inTransaction(ctx.db, (tx) => moveTransaction(tx, row, 'voiding', { failure }))
    if (!voiding) throw new LostRace('an authorised payment could not be given back')
    failpoint('void.recorded')
    return voiding
  }
  const moved = await inTransaction(ctx.db, async (tx) => {
    const capturing = await moveTransaction(tx, row, 'capturing')
    if (!capturing) throw new LostRace('an authorised payment could not be moved to capturing')
    await ports.storeConversion(tx, row, draft)
    return capturing
  })
  failpoint('capture.rate_fixed')
  return moved
}
