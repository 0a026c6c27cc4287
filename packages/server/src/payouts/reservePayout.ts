import type { HoldReason } from '../adapters/chain.ts'
import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { post } from '../ledger/post.ts'
import { credit, debit } from '../ledger/posting.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { orderOf, type PayoutRow, renderPayout } from './payout.ts'
import { insertChainTx, movePayout } from './store.ts'
import { readWallet } from './treasury.ts'
import { promised, takeNonce } from './treasuryStore.ts'

/** A held payout is looked at again by itself: most holds end when the treasury is filled. */
const HOLD_RETRY_MS = 15_000

/**
 * Gives the payout its nonce and its unsigned transaction, in one database transaction. All refusals come first: a
 * payout that cannot be made now is held with its reason, and has taken no nonce.
 */
export async function reservePayout(step: StepContext, row: PayoutRow): Promise<Step> {
  const { ctx, chain } = step
  const wallet = await readWallet(ctx, chain, row.livemode)
  if (wallet.hold_reason) return await hold(step, row, 'wallet_on_hold', wallet.hold_reason)
  const refused = await chain.review(orderOf(row))
  if (refused) return await hold(step, row, refused.reason, refused.detail)
  const plan = await chain.plan({ asset: row.asset, to: row.address, amount: row.amount })
  if (!plan.ok) return await hold(step, row, plan.reason, plan.detail)
  const { intent } = plan
  const balance = await chain.balance(row.asset)
  failpoint('payout.planned')

  const reserved = await inTransaction(ctx.db, async (tx) => {
    // Takes the wallet's lock, so that what is promised cannot grow between this sum and our own promise.
    const nonce = await takeNonce(tx, wallet)
    if (nonce === null) return null
    const free = balance - (await promised(tx, wallet, row.asset, wallet.read_at))
    if (free < row.amount) throw new NotEnough(`${free} of ${row.amount} needed`)
    const moved = await movePayout(tx, row, 'reserved', { wallet_address: wallet.address, nonce })
    if (!moved) throw new LostRace('a payout to reserve was not waiting')
    await insertChainTx(tx, moved, nonce, wallet.address, intent)
    const money = { amount: row.amount, asset: row.asset }
    await post(tx, row, `reserve:${row.id}`, [
      debit('merchant_payable', money),
      credit('payout_in_flight', money),
    ])
    return moved
  }).catch((error: unknown) => {
    if (error instanceof NotEnough) return error
    throw error
  })
  if (reserved instanceof NotEnough) return await hold(step, row, 'insufficient_treasury', reserved.message)
  if (!reserved) return await hold(step, row, 'wallet_on_hold', 'the wallet was put on hold')
  failpoint('payout.reserved')
  return reserved
}

/** Rolls the reservation back, its nonce included. */
class NotEnough extends Error {
  override name = 'NotEnough'
}

async function hold(step: StepContext, row: PayoutRow, reason: HoldReason, detail: string): Promise<Step> {
  const { ctx } = step
  const news = row.hold_reason !== reason
  if (news) ctx.log.warn({ payout_id: row.id, reason, detail }, 'payout held')
  await inTransaction(ctx.db, async (tx) => {
    const held = await movePayout(tx, row, 'held', { hold_reason: reason })
    if (!held) throw new LostRace('a payout to hold was not waiting')
    if (!news) return
    await recordEvent(tx, row, {
      type: 'payout.held',
      object_id: row.id,
      data: renderPayout(held),
      webhook_url: row.webhook_url,
    })
  })
  return { wait_ms: HOLD_RETRY_MS }
}
