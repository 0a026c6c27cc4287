import type { TransactionMined } from '../adapters/chain.ts'
import { type Tx, inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { BatchRow, SignedTx } from './batch.ts'
import { moveBatch, recordOutcomes } from './batchStore.ts'
import { bookFailed, bookGas, bookPaid, bookReleased } from './bookBatch.ts'
import { type PayoutRow, renderPayout } from './payout.ts'
import type { StepContext } from './step.ts'
import { findPayout, movePayouts, payoutsOf } from './store.ts'

/**
 * The block of one of the batch's versions is final: nothing can change any more. Each payout was paid exactly what was
 * owed, or provably nothing, and then the debt to its merchant stands again. States, journals, transactions and events
 * in one transaction.
 */
export async function finishBatch(
  step: StepContext,
  batch: BatchRow,
  version: SignedTx,
  mined: TransactionMined,
): Promise<BatchRow> {
  const { ctx } = step
  const finished = await inTransaction(ctx.db, async (tx) => {
    const { confirmations, fee } = mined
    const to = version.kind === 'pay' ? 'final' : 'cancelled'
    const ended = await moveBatch(tx, batch, to, { confirmations, fee, tx_hash: version.hash })
    if (!ended) throw new LostRace('the end of a batch could not be recorded')
    const payouts = await payoutsOf(tx, batch)
    assert(payouts.length === batch.payments, 'a batch has other payouts than lines')
    await bookGas(tx, batch, { amount: fee, asset: step.chain.fee_coin })
    if (to === 'cancelled') await release(tx, batch, payouts)
    else await settle(step, tx, batch, payouts, mined)
    return ended
  })
  if (finished.state === 'cancelled') failpoint('payout.cancelled')
  else if (mined.payments.some(({ ok }) => !ok)) failpoint('payout.failed')
  else failpoint('payout.final')
  return finished
}

async function settle(
  step: StepContext,
  tx: Tx,
  batch: BatchRow,
  payouts: readonly PayoutRow[],
  { payments }: TransactionMined,
): Promise<void> {
  assert(payments.length === payouts.length, 'the chain tells of other payments than the batch has')
  await recordOutcomes(
    tx,
    batch,
    payments.map(({ ok }) => (ok ? 'paid' : 'failed')),
  )
  const is_paid = new Map<PayoutRow, boolean>()
  for (const [line, payout] of payouts.entries()) {
    const { ok, detail } = payments[line] ?? { ok: false, detail: null }
    is_paid.set(payout, ok)
    const failure_reason = ok ? undefined : (detail ?? 'the transaction reverted')
    const moved = await movePayouts(tx, [payout], ok ? 'final' : 'failed', {
      ...(failure_reason !== undefined && { failure_reason }),
    })
    if (moved !== 1) throw new LostRace('a final payout could not be recorded')
    if (!ok)
      step.ctx.log.error({ payout_id: payout.id, batch_id: batch.id, detail }, 'payout failed on-chain')
  }
  for (const payout of inOrderOfBooks(payouts))
    await (is_paid.get(payout) ? bookPaid : bookFailed)(tx, batch, payout)
  for (const payout of payouts) {
    const ok = is_paid.get(payout)
    if (ok) await step.ports.completeTransaction(tx, { ...payout, id: payout.transaction_id })
    const now = await findPayout(tx, payout)
    assert(now, 'a payout is gone')
    await recordEvent(tx, payout, {
      type: ok ? 'payout.completed' : 'payout.failed',
      object_id: payout.id,
      data: renderPayout(now),
      webhook_url: payout.webhook_url,
    })
  }
}

/**
 * The order in which everybody locks balances. All of them come before what `completeTransaction` locks: two batches that
 * pay the same merchants would otherwise wait for each other.
 */
function inOrderOfBooks(payouts: readonly PayoutRow[]): PayoutRow[] {
  const key = ({ merchant_id, id }: PayoutRow) => `${merchant_id} ${id}`
  return payouts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** The chain has run the version that pays nobody: the payouts are owed as before and wait for another batch. */
async function release(tx: Tx, batch: BatchRow, payouts: readonly PayoutRow[]): Promise<void> {
  await recordOutcomes(
    tx,
    batch,
    payouts.map(() => 'released'),
  )
  if ((await movePayouts(tx, payouts, 'queued')) !== payouts.length)
    throw new LostRace('the payouts of a cancelled batch could not be let go')
  for (const payout of inOrderOfBooks(payouts)) await bookReleased(tx, batch, payout)
  for (const payout of payouts) await enqueue(tx, 'advance_payout', payout)
}
