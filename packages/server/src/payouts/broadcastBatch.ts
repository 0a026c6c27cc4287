import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { backoffMs } from '../jobs/lease.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { type BatchRow, type SignedTx, isSigned } from './batch.ts'
import { hasUnsentBefore, moveBatch, wakeNext } from './batchStore.ts'
import { markBroadcast, markRefused, versionsOf } from './chainTxStore.ts'
import { renderPayout } from './payout.ts'
import { TRIES_BEFORE_HOLD, isTaken } from './isTaken.ts'
import { replaceVersion } from './replaceVersion.ts'
import { signAll } from './signBatch.ts'
import type { Step, StepContext } from './step.ts'
import { movePayouts, payoutsOf } from './store.ts'
import { holdWallet } from './treasuryStore.ts'
import { wakeBatch } from './wakeBatch.ts'

/** Sends the stored bytes for the first time and tells the merchants. Sending them again later does no harm. */
export async function broadcastBatch(step: StepContext, batch: BatchRow): Promise<Step> {
  const { ctx } = step
  const [newest, ...older] = await signAll(step, batch)
  assert(newest, 'a signed batch has no stored bytes')
  // The chain would not run it before those anyway. And when one of those meets a stranger at its nonce, this one must
  // not have left: the stranger may be a copy of ourselves that pays the same payouts in another order.
  if (batch.nonce !== null && (await hasUnsentBefore(ctx.db, batch))) return { wait_ms: ctx.config.poll_ms }
  if (await isTaken(step, batch, [newest, ...older])) return { wait_ms: backoffMs(batch.tries) }
  const sent = await send(step, batch, newest, older)
  if (typeof sent === 'string') {
    const replaced = sent === 'rejected' && (await replaceVersion(step, batch, [newest, ...older], true))
    return { wait_ms: replaced ? 0 : backoffMs(batch.tries) }
  }
  failpoint('payout.broadcast')
  const moved = await inTransaction(ctx.db, async (tx) => {
    await markBroadcast(tx, batch, sent.version)
    // Whoever took over while we waited may have seen it in a block: that is not to be taken back, nor told again.
    const row = await moveBatch(tx, batch, 'broadcast', { from: 'signed' })
    if (!row) throw new LostRace('a sent batch could not be recorded')
    if ((await movePayouts(tx, await payoutsOf(tx, batch), 'broadcast')) !== batch.payments)
      throw new LostRace('the payouts of a sent batch could not be recorded')
    for (const payout of await payoutsOf(tx, batch)) {
      await recordEvent(tx, payout, {
        type: 'payout.sent',
        object_id: payout.id,
        data: renderPayout(payout),
        webhook_url: payout.webhook_url,
      })
    }
    return row
  })
  failpoint('payout.broadcast_recorded')
  const next = batch.nonce === null ? null : await wakeNext(ctx.db, batch)
  if (next) await wakeBatch(ctx.db, next, 0)
  return moved
}

/**
 * The version that the network has, or a block has: not always the one that was sent. `rejected`: it does not want that one,
 * for instance at this fee.
 */
export type Sent = SignedTx | 'rejected' | 'conflict'

/**
 * Puts the bytes on the network, and notes it when the network does not take them. A nonce or a coin that something else
 * consumed puts the wallet on hold: that must never happen, and only a person can say what it was.
 * @param others more versions of the same batch, one of which may be what consumed it
 */
export async function send(
  step: StepContext,
  batch: BatchRow,
  version: SignedTx,
  others: readonly SignedTx[],
): Promise<Sent> {
  const { ctx, chain } = step
  const answer = await chain.broadcast(version.raw)
  if (answer === 'accepted' || answer === 'known') return version
  // Before the receipts: a block between the two looks must show its receipt in the second.
  // A node that lags behind another may not show a receipt that exists: look several times before believing the worst.
  const is_lost =
    answer === 'conflict' && batch.tries > TRIES_BEFORE_HOLD && (await isConsumed(step, batch, version))
  const known = await firstKnown(step, [version, ...others])
  if (known !== version) await markRefused(ctx.db, batch, version.version)
  if (known) return known
  ctx.log.error({ batch_id: batch.id, tx_hash: version.hash, answer }, 'batch not accepted by the network')
  if (is_lost && !(await isOurs(step, batch))) {
    const wallet = { livemode: batch.livemode, network: batch.network, address: batch.wallet_address }
    const what = batch.nonce === null ? 'a coin' : `nonce ${batch.nonce}`
    await holdWallet(ctx.db, wallet, `${what} of batch ${batch.id} was used by another transaction`)
  }
  return answer
}

/** The first of them that is in a block or waits, as far as the node knows. */
async function firstKnown(
  { chain }: StepContext,
  versions: readonly SignedTx[],
): Promise<SignedTx | undefined> {
  for (const version of versions) {
    const { state } = await chain.status(version.hash, version.intent)
    if (state === 'mined' || state === 'waiting') return version
  }
  return undefined
}

/** Whether the node shows that nonce or coins are gone, by whatever transaction. */
async function isConsumed({ chain }: StepContext, batch: BatchRow, { intent }: SignedTx): Promise<boolean> {
  if (batch.nonce !== null) return ((await chain.chainNonce()) ?? 0n) > batch.nonce
  const unspent = new Set((await chain.coins())?.map(({ outpoint }) => outpoint))
  return !intent.coins.every((outpoint) => unspent.has(outpoint))
}

/**
 * Whether a version of the batch is in a block or waits, looked for after what it uses up was seen to be gone: another
 * worker may have made and sent one that we have not heard of. Each is stored before it is sent.
 */
async function isOurs(step: StepContext, batch: BatchRow): Promise<boolean> {
  const versions = await versionsOf(step.ctx.db, batch)
  return (await firstKnown(step, versions.filter(isSigned))) !== undefined
}
