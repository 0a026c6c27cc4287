import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { HoldReason } from '../adapters/chain.ts'
import { renderPayout } from './payout.ts'
import type { StepContext } from './step.ts'
import { findPayout, movePayouts } from './store.ts'
import { type WaitingPayout, releaseWaiting } from './waitingStore.ts'
import { enqueue } from '../jobs/enqueue.ts'

/** A held payout is looked at again by itself: most holds end when the treasury is filled or the fees fall. */
const HOLD_RETRY_MS = 15_000

/** Holds payouts and tells their merchants why, once per reason. */
export async function holdPayouts(
  { ctx }: StepContext,
  payouts: readonly WaitingPayout[],
  reason: HoldReason,
  detail: string,
): Promise<void> {
  for (const payout of payouts) {
    const is_news = payout.hold_reason !== reason
    if (is_news) {
      ctx.log.warn({ payout_id: payout.id, reason, detail }, 'payout held')
      await inTransaction(ctx.db, async (tx) => {
        const moved = await movePayouts(tx, [payout], 'held', { hold_reason: reason })
        const held = await findPayout(tx, payout)
        assert(held, 'a held payout is gone')
        // Another worker, which took over while we looked, may have told the same.
        if (moved === 0 && held.state === 'held' && held.hold_reason === reason) return
        if (moved !== 1) throw new LostRace('a payout to hold was not waiting')
        await recordEvent(tx, payout, {
          type: 'payout.held',
          object_id: payout.id,
          data: renderPayout(held),
          webhook_url: payout.webhook_url,
        })
      })
      failpoint('payout.held')
    }
  }
  await releaseWaiting(ctx.db, payouts, HOLD_RETRY_MS)
  const [first] = payouts
  if (first) await enqueue(ctx.db, 'advance_payout', first, HOLD_RETRY_MS)
}
