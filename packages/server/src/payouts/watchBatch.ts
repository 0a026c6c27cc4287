import type { TransactionMined } from '../adapters/chain.ts'
import { inTransaction } from '../db/sql.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { BatchRow, SignedTx } from './batch.ts'
import { moveBatch } from './batchStore.ts'
import { send } from './broadcastBatch.ts'
import { markBroadcast } from './chainTxStore.ts'
import { finishBatch } from './finishBatch.ts'
import { replaceVersion } from './replaceVersion.ts'
import { signAll } from './signBatch.ts'
import type { Step, StepContext } from './step.ts'
import { movePayouts, payoutsOf } from './store.ts'

const POLL_MAX_MS = 30_000

/**
 * Looks where the batch's versions stand, until one of them is final. A transaction that the network has lost is sent
 * again with the same bytes; one in a block that was reorganised away goes back to `broadcast`; one that nobody mines
 * gets a version with a higher fee.
 */
export async function watchBatch(step: StepContext, batch: BatchRow): Promise<Step> {
  const { ctx, chain } = step
  const [newest, ...older] = await signAll(step, batch)
  if (!newest) throw new LostRace('a sent batch has no stored bytes')
  let lost = true
  for (const version of [newest, ...older]) {
    const status = await chain.status(version.hash, version.intent)
    failpoint('payout.status_answered')
    if (status.state === 'mined') {
      if (!version.broadcast_at) await markBroadcast(ctx.db, batch, version.version)
      return await applyMined(step, batch, version, status)
    }
    if (version === newest) lost = status.state === 'unseen'
  }
  const row = batch.state === 'mined' ? await takeBack(step, batch) : batch
  const sent = lost ? await send(step, row, newest, older) : newest
  if (lost) failpoint('payout.resent')
  const is_out = typeof sent !== 'string'
  if (is_out && !sent.broadcast_at) await markBroadcast(ctx.db, batch, sent.version)
  const replaced = await replaceVersion(step, row, [newest, ...older], sent === 'rejected')
  if (replaced) return { wait_ms: 0 }
  return { wait_ms: pollMs(step, row), ...(is_out && { is_well: true as const }) }
}

async function applyMined(
  step: StepContext,
  batch: BatchRow,
  version: SignedTx,
  status: TransactionMined,
): Promise<Step> {
  if (status.final) return await finishBatch(step, batch, version, status)
  const { confirmations } = status
  const { hash: tx_hash, kind } = version
  if (batch.state === 'broadcast' || confirmations !== batch.confirmations) {
    await inTransaction(step.ctx.db, async (tx) => {
      if (!(await moveBatch(tx, batch, 'mined', { confirmations, tx_hash })))
        throw new LostRace('a mined batch could not be recorded')
      // Of a cancellation nobody hears before it is final.
      if (batch.state === 'broadcast' && kind === 'pay')
        await movePayouts(tx, await payoutsOf(tx, batch), 'mined')
    })
  }
  failpoint('payout.mined')
  return { wait_ms: pollMs(step, batch), is_well: true }
}

/** A reorganisation took the block away. */
async function takeBack({ ctx }: StepContext, batch: BatchRow): Promise<BatchRow> {
  const row = await inTransaction(ctx.db, async (tx) => {
    const moved = await moveBatch(tx, batch, 'broadcast', { confirmations: 0 })
    if (moved) await movePayouts(tx, await payoutsOf(tx, batch), 'broadcast')
    return moved
  })
  if (!row) throw new LostRace('a reorganised batch could not be recorded')
  failpoint('payout.taken_back')
  ctx.log.warn({ batch_id: batch.id }, 'batch reorganised out of its block, sending it again')
  return row
}

/** Often at first, then less often: a chain that needs 15 minutes is not asked every second. */
function pollMs({ ctx }: StepContext, batch: BatchRow): number {
  const age_ms = batch.sent_at ? nowMs() - batch.sent_at.getTime() : 0
  return Math.min(POLL_MAX_MS, Math.max(ctx.config.poll_ms, Math.floor(age_ms / 20)))
}
