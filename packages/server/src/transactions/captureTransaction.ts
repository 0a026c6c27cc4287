import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { post } from '../ledger/post.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { newId } from '../lib/ids.ts'
import type { Step, StepContext } from './step.ts'
import { captureKey, capturePostings } from './capturePostings.ts'
import { endAttempt } from './declineTransaction.ts'
import { newRequest } from './request.ts'
import { sendCall } from './sendCall.ts'
import { moveTransaction } from './store.ts'
import { type TransactionRow, renderTransaction } from './transaction.ts'
import { waitForAnswer } from './waitForAnswer.ts'

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
  return await waitForAnswer(step, row)
}

async function capture(step: StepContext, row: TransactionRow): Promise<PaymentSnapshot> {
  const { acquirer } = step
  const ref = row.acquirer_ref
  assert(ref, 'a payment to capture has no reference at the acquirer')
  // Not the first try: what became of the one before is looked up, however long ago that was. Keys do not live for ever.
  const now = row.tries > 0 ? await acquirer.retrieve(ref) : null
  if (now && now.state !== 'authorized') return now
  const amount = { amount: row.amount, asset: row.currency }
  const written = newRequest('capture', row.id, acquirer.write.capture(ref, amount))
  const sent = await sendCall(step, row, now === null, written, (key, request) =>
    acquirer.capture(ref, amount, key, request),
  )
  if (sent && 'answer' in sent) return sent.answer
  // Refused: the acquirer's book decides. Too old to be sent: what was looked up is all that there is.
  return sent === null && now ? now : await acquirer.retrieve(ref)
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
