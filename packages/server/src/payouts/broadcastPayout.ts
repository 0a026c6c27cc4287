import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { backoffMs } from '../jobs/lease.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { type PayoutRow, renderPayout } from './payout.ts'
import { type ChainTxRow, latestChainTx, markBroadcast, movePayout } from './store.ts'
import { holdWallet } from './treasuryStore.ts'

const TRIES_BEFORE_HOLD = 5

/** Sends the stored bytes for the first time and tells the merchant. Sending them again later does no harm. */
export async function broadcastPayout(step: StepContext, row: PayoutRow): Promise<Step> {
  const { ctx } = step
  const stored = await latestChainTx(ctx.db, row)
  assert(stored?.raw && stored.hash, 'a signed payout has no stored bytes')
  if (!(await send(step, row, { ...stored, raw: stored.raw, hash: stored.hash })))
    return { wait_ms: backoffMs(row.tries) }
  failpoint('payout.broadcast')
  const moved = await inTransaction(ctx.db, async (tx) => {
    await markBroadcast(tx, row, stored.version)
    const sent = await movePayout(tx, row, 'broadcast')
    if (!sent) throw new LostRace('a sent payout could not be recorded')
    await recordEvent(tx, row, {
      type: 'payout.sent',
      object_id: row.id,
      data: renderPayout(sent),
      webhook_url: row.webhook_url,
    })
    return sent
  })
  failpoint('payout.broadcast_recorded')
  return moved
}

/**
 * Puts the bytes on the network. True: the network has them, or a block has. A nonce that something else consumed puts
 * the wallet on hold: that must never happen, and only a person can say what it was.
 */
export async function send(
  step: StepContext,
  row: PayoutRow,
  stored: ChainTxRow & { raw: string; hash: string },
): Promise<boolean> {
  const { ctx, chain } = step
  const answer = await chain.broadcast(stored.raw)
  if (answer === 'accepted' || answer === 'known') return true
  const expected = { asset: row.asset, to: row.address, amount: row.amount }
  const { state } = await chain.status(stored.hash, expected)
  if (state === 'mined' || state === 'waiting') return true
  ctx.log.error({ payout_id: row.id, tx_hash: stored.hash, answer }, 'payout not accepted by the network')
  // A node that lags behind another may not show a receipt that exists: look several times before believing the worst.
  if (answer === 'nonce_used' && row.wallet_address && row.tries > TRIES_BEFORE_HOLD) {
    const wallet = { livemode: row.livemode, network: row.network, address: row.wallet_address }
    await holdWallet(ctx.db, wallet, `nonce ${row.nonce} of payout ${row.id} was used by another transaction`)
  }
  return false
}
