import { failpoint } from '../lib/failpoint.ts'
import type { BatchRow, SignedTx } from './batch.ts'
import type { StepContext } from './step.ts'
import { holdWallet } from './treasuryStore.ts'

/** A node that lags behind another may not show a transaction that exists: look several times before believing the worst. */
export const TRIES_BEFORE_HOLD = 5

/**
 * Whether a stranger's transaction has the nonce of a batch, in a block or in the pool: none of the batch's versions is
 * known, and yet its nonce is used. Then nothing is sent: a copy of ourselves pays the same payouts there, perhaps in
 * another order, and to outbid it would pay one of them twice. After some tries the wallet is held.
 */
export async function isTaken(
  { ctx, chain }: StepContext,
  batch: BatchRow,
  versions: readonly SignedTx[],
): Promise<boolean> {
  if (batch.nonce === null || !chain.pendingNonce) return false
  // Before the receipts: what comes in between the two looks must show in the second.
  const pending = await chain.pendingNonce()
  failpoint('payout.pool_answered')
  if (pending <= batch.nonce) return false
  for (const { hash, intent } of versions)
    if ((await chain.status(hash, intent)).state !== 'unseen') return false
  ctx.log.error({ batch_id: batch.id, nonce: batch.nonce }, 'another transaction has the nonce of a batch')
  if (batch.tries > TRIES_BEFORE_HOLD) {
    const wallet = { livemode: batch.livemode, network: batch.network, address: batch.wallet_address }
    await holdWallet(
      ctx.db,
      wallet,
      `nonce ${batch.nonce} of batch ${batch.id} was used by another transaction`,
    )
  }
  return true
}
