import { UNIQUE_VIOLATION, inTransaction, isDbError } from '../db/sql.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { BatchRow, SignedTx } from './batch.ts'
import { reserveCoins } from './batchCoinStore.ts'
import { holdBatch } from './batchStore.ts'
import { insertVersion } from './chainTxStore.ts'
import { isTaken } from './isTaken.ts'
import { limitsOf } from './limits.ts'
import { policyOf } from './policy.ts'
import type { StepContext } from './step.ts'
import { payoutsOf } from './store.ts'

/** After so many versions something else is wrong than the fee. */
const VERSIONS_MAX = 6

/**
 * Makes the batch's next version where one is due: at a higher fee when the newest has waited long enough to be mined, or
 * one that pays nobody when somebody asked for that. It shares nonce or coins with all before it. True: it is stored, to
 * be signed and sent.
 * @param versions all that there are, signed
 * @param is_rejected the network did not take the newest one, so that there is nothing to wait for
 */
export async function replaceVersion(
  step: StepContext,
  batch: BatchRow,
  versions: readonly [newest: SignedTx, ...older: SignedTx[]],
  is_rejected: boolean,
): Promise<boolean> {
  const [newest] = versions
  const { ctx, chain } = step
  const cancels = batch.cancel_asked_at !== null && newest.kind === 'pay' && batch.sent_at !== null
  if (!cancels && !is_rejected && !(await isStuck(step, batch, newest))) return false
  // Outbid only ourselves.
  if (is_rejected && !cancels && (await isTaken(step, batch, versions))) return false
  if (!cancels && newest.version >= VERSIONS_MAX)
    return await keep(step, batch, 'too_many_versions', 'higher fees did not help')
  const limits = await limitsOf(step, batch, await payoutsOf(ctx.db, batch))
  if (!limits) return await keep(step, batch, 'no_rate', 'there is no rate to judge a higher fee by')
  const planned = cancels
    ? await chain.cancel(newest.intent, limits)
    : await chain.bump(newest.intent, limits)
  failpoint('payout.replacement_planned')
  if (!planned.ok) return await keep(step, batch, planned.reason, planned.detail)
  const kind = cancels ? 'cancel' : newest.kind
  await inTransaction(ctx.db, async (tx) => {
    await reserveCoins(tx, batch, batch.network, planned.intent.coins)
    await insertVersion(tx, batch, newest.version + 1, kind, planned.intent)
    if (batch.hold_reason !== null) await holdBatch(tx, batch, null)
  }).catch((error: unknown) => {
    if (isDbError(error, UNIQUE_VIOLATION))
      throw new LostRace('another worker made the next version, or another batch took a coin')
    throw error
  })
  failpoint('payout.replaced')
  ctx.log.warn({ batch_id: batch.id, version: newest.version + 1, kind }, 'batch gets another version')
  return true
}

/**
 * Whether it is this transaction's turn and it was sent a while ago: one behind a stuck nonce cannot be mined anyway. One
 * that the network never took, while an older version waits, is as old as it is: it is not to wait for ever.
 */
async function isStuck({ ctx, chain }: StepContext, batch: BatchRow, newest: SignedTx): Promise<boolean> {
  const { bump_after_ms } = policyOf(ctx, batch.livemode, batch.network)
  const since = newest.broadcast_at ?? newest.created_at
  if (nowMs() - since.getTime() < bump_after_ms) return false
  return batch.nonce === null || (await chain.chainNonce()) === batch.nonce
}

async function keep(step: StepContext, batch: BatchRow, reason: string, detail: string): Promise<false> {
  if (batch.hold_reason === reason) return false
  step.ctx.log.error({ batch_id: batch.id, reason, detail }, 'a batch that waits is not sent again')
  await holdBatch(step.ctx.db, batch, reason)
  return false
}
