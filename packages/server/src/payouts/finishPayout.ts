import type { TransferMined } from '../adapters/chain.ts'
import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { post } from '../ledger/post.ts'
import { credit, debit } from '../ledger/posting.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { StepContext } from './step.ts'
import { type PayoutRow, renderPayout } from './payout.ts'
import { movePayout } from './store.ts'

/**
 * The block is final: nothing can change any more. Either exactly what was owed arrived, or the transaction provably
 * paid nothing and the debt to the merchant stands again. State, journal, transaction and event in one transaction.
 */
export async function finishPayout(
  { ctx, ports }: StepContext,
  row: PayoutRow,
  mined: TransferMined,
): Promise<PayoutRow> {
  const paid = mined.ok
  if (!paid)
    ctx.log.error({ payout_id: row.id, tx_hash: row.tx_hash, detail: mined.detail }, 'payout failed on-chain')
  const finished = await inTransaction(ctx.db, async (tx) => {
    const moved = await movePayout(tx, row, paid ? 'final' : 'failed', {
      confirmations: mined.confirmations,
      ...(paid ? {} : { failure_reason: mined.detail ?? 'the transaction reverted' }),
    })
    if (!moved) throw new LostRace('a final payout could not be recorded')
    const money = { amount: row.amount, asset: row.asset }
    const gas = { amount: mined.fee, asset: 'ETH' as const }
    await post(tx, row, `${paid ? 'final' : 'reverted'}:${row.id}`, [
      debit('payout_in_flight', money),
      credit(paid ? 'hot_wallet' : 'merchant_payable', money),
      debit('gas_expense', gas),
      credit('hot_wallet', gas),
    ])
    if (paid) await ports.completeTransaction(tx, { ...row, id: row.transaction_id })
    await recordEvent(tx, row, {
      type: paid ? 'payout.completed' : 'payout.failed',
      object_id: row.id,
      data: renderPayout(moved),
      webhook_url: row.webhook_url,
    })
    return moved
  })
  failpoint('payout.final')
  return finished
}
