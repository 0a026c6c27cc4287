import type { TransferMined } from '../adapters/chain.ts'
import { inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { send } from './broadcastPayout.ts'
import { finishPayout } from './finishPayout.ts'
import type { PayoutRow } from './payout.ts'
import { latestChainTx, movePayout } from './store.ts'

const POLL_MAX_MS = 30_000

/**
 * Looks where the transaction stands, until it is final. One that the network has lost is sent again with the same
 * bytes; one in a block that was reorganised away goes back to `broadcast`.
 */
export async function watchPayout(step: StepContext, row: PayoutRow): Promise<Step> {
  const { ctx, chain } = step
  const stored = await latestChainTx(ctx.db, row)
  assert(stored?.raw && stored.hash, 'a sent payout has no stored bytes')
  const status = await chain.status(stored.hash, { asset: row.asset, to: row.address, amount: row.amount })
  if (status.state === 'mined') return await applyMined(step, row, status)
  if (row.state === 'mined') {
    const moved = await inTransaction(ctx.db, (tx) => movePayout(tx, row, 'broadcast', { confirmations: 0 }))
    if (!moved) throw new LostRace('a reorganised payout could not be recorded')
    ctx.log.warn(
      { payout_id: row.id, tx_hash: stored.hash },
      'payout reorganised out of its block, sending it again',
    )
  }
  if (status.state === 'unseen') await send(step, row, { ...stored, raw: stored.raw, hash: stored.hash })
  return { wait_ms: pollMs(step, row) }
}

async function applyMined(step: StepContext, row: PayoutRow, status: TransferMined): Promise<Step> {
  if (status.final) return await finishPayout(step, row, status)
  const { confirmations } = status
  if (row.state === 'broadcast' || confirmations !== row.confirmations) {
    await inTransaction(step.ctx.db, (tx) => movePayout(tx, row, 'mined', { confirmations }))
  }
  failpoint('payout.mined')
  return { wait_ms: pollMs(step, row) }
}

/** Often at first, then less often: a payout on a chain that needs 15 minutes is not asked about every second. */
function pollMs({ ctx }: StepContext, row: PayoutRow): number {
  const age_ms = row.sent_at ? nowMs() - row.sent_at.getTime() : 0
  return Math.min(POLL_MAX_MS, Math.max(ctx.config.poll_ms, Math.floor(age_ms / 20)))
}
