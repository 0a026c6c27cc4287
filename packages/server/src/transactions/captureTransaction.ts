import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { backoffMs } from '../jobs/lease.ts'
import { post } from '../ledger/post.ts'
import { assert } from '../lib/assert.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { newId } from '../lib/ids.ts'
import type { Step, StepContext } from './step.ts'
import { captureKey, capturePostings } from './capturePostings.ts'
import { endAttempt } from './declineTransaction.ts'
import { moveTransaction } from './store.ts'
import { type TransactionRow, renderTransaction } from './transaction.ts'

/** Takes the money, and books it. After a crash the acquirer is asked first what it has already done. */
export async function captureTransaction(step: StepContext, row: TransactionRow): Promise<Step> {
  const snapshot = await capture(step, row)
  failpoint('capture.answered')
  if (snapshot.state === 'captured') {
    assert(snapshot.captured === row.amount, 'the acquirer captured another amount than was asked')
    return await recordCapture(step, row)
  }
  if (snapshot.state === 'voided' || snapshot.state === 'failed') {
    const failure = { code: 'processing_error', message: 'The card issuer took the authorisation back.' }
    return await endAttempt(step, row, 'voided', failure, null)
  }
  return { wait_ms: backoffMs(row.tries) }
}

async function capture(step: StepContext, row: TransactionRow): Promise<PaymentSnapshot> {
  assert(row.acquirer_ref, 'a payment to capture has no reference at the acquirer')
  // Not the first try: what became of the one before is looked up, however long ago that was. Keys do not live for ever.
  if (row.tries > 0) {
    const now = await step.acquirer.retrieve(row.acquirer_ref)
    if (now.state !== 'authorized') return now
  }
  try {
    return await step.acquirer.capture(
      row.acquirer_ref,
      { amount: row.amount, asset: row.currency },
      `sk_cap_${row.id}`,
    )
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'refused')
      return await step.acquirer.retrieve(row.acquirer_ref)
    throw error
  }
}

/**
 * One database transaction: the state, the session, the journal, the payout that is owed, and the event. From here on
 * the merchant may ship, and the payout will be made whatever happens to this process.
 */
async function recordCapture(step: StepContext, row: TransactionRow): Promise<TransactionRow> {
  const { ctx, ports } = step
  const captured = await inTransaction(ctx.db, async (tx) => {
    const session = { ...row, id: row.checkout_session_id }
    await ports.lockSession(tx, session)
    const conversion = await ports.findConversion(tx, row)
    assert(conversion, 'a payment was captured without a fixed conversion')
    const payout = { amount: conversion.payout_amount, asset: row.payout_currency }

    const payout_id = newId('payout')
    const moved = await moveTransaction(tx, row, 'captured', { payout_amount: payout.amount, payout_id })
    if (!moved) throw new LostRace('a captured payment could not be recorded')
    await ports.createPayout(tx, row, payout_id, payout)
    assert(
      await ports.completeSession(tx, session, row.id),
      'the session of a captured payment was not pending',
    )
    await post(tx, row, captureKey(row.id), capturePostings(conversion, row.currency, row.payout_currency))
    await recordEvent(tx, row, {
      type: 'checkout.completed',
      object_id: row.id,
      data: renderTransaction(moved),
      webhook_url: row.webhook_url,
    })
    await ports.oweReceipt(tx, moved)
    return moved
  })
  failpoint('capture.recorded')
  return captured
}
