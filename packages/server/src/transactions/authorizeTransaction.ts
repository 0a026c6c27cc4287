import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { type Made, createPayment } from './createPayment.ts'
import { declineTransaction } from './declineTransaction.ts'
import { giveBack } from './giveBack.ts'
import { newRequest, resendSeconds } from './request.ts'
import { ageOf } from './requestStore.ts'
import { sendCall } from './sendCall.ts'
import type { Step, StepContext } from './step.ts'
import { moveTransaction, setAction } from './store.ts'
import type { TransactionRow } from './transaction.ts'
import { waitForAnswer } from './waitForAnswer.ts'

/** A challenge ends after ten minutes (EMV 3-D Secure); a little more, so that the bank's own end comes first. */
const CHALLENGE_MS = 11 * 60_000
/** After that nobody waits for the card's answer any more, and the card is not asked. */
const PATIENCE_MS = 15 * 60_000

const NOT_REACHED = { code: 'processing_error', message: 'The card could not be reached.' } as const

/**
 * Gets the card's answer. Creates the payment at the acquirer, remembers its reference, then confirms it with the
 * token. After a crash it asks first: a call whose answer was lost is sent again as it was, while its key lives, and only
 * looked up after that. An authorisation that turns up when nobody hoped for it any more is voided.
 */
export async function authorizeTransaction(step: StepContext, row: TransactionRow): Promise<Step> {
  const { ctx, acquirer } = step
  if (row.acquirer_ref !== null) {
    const snapshot = await acquirer.retrieve(row.acquirer_ref)
    const { is_old } = await ageOf(ctx.db, row, 'confirm', resendSeconds(acquirer))
    return await goOn(step, row, { snapshot, is_new: false, is_late: is_old })
  }
  const made = await createPayment(step, row)
  if (made === 'none') return await declineTransaction(step, row, NOT_REACHED)
  if (made === 'unknown') return await waitForAnswer(step, row)
  return await goOn(step, { ...row, acquirer_ref: made.snapshot.ref }, made)
}

async function goOn(
  step: StepContext,
  row: TransactionRow,
  { snapshot, is_new, is_late }: Made,
): Promise<Step> {
  if (snapshot.state !== 'requires_method') return await applyAnswer(step, row, snapshot, is_late)
  // Closed, so that a confirmation that is still on its way finds nothing that it could authorise.
  if (is_late || ageMs(row) > PATIENCE_MS) return await giveBack(step, row, NOT_REACHED)
  const answer = await confirm(step, row, snapshot, is_new)
  failpoint('authorize.answered')
  return answer ? await applyAnswer(step, row, answer, false) : await giveBack(step, row, NOT_REACHED)
}

/** Asks the card. Null: it must not be asked, and one that asked before may yet be heard. */
async function confirm(
  { ctx, acquirer, ...rest }: StepContext,
  row: TransactionRow,
  { ref }: PaymentSnapshot,
  is_new: boolean,
): Promise<PaymentSnapshot | null> {
  const { card_token } = row
  assert(card_token, 'a transaction to authorise has no card token')
  const written = newRequest('confirm', row.id, acquirer.write.confirm(ref, card_token))
  const sent = await sendCall({ ctx, acquirer, ...rest }, row, is_new, written, (key, request) =>
    acquirer.confirm(ref, card_token, key, request),
  )
  if (!sent || 'answer' in sent) return sent && sent.answer
  // A refusal is a fact about this call, not about the payment: the acquirer's book decides.
  const now = await acquirer.retrieve(ref)
  if (now.state !== 'requires_method') return now
  if (!sent.is_first) return null
  return { ...now, state: 'failed', failure: { code: 'processing_error', message: sent.refused.message } }
}

async function applyAnswer(
  step: StepContext,
  row: TransactionRow,
  answer: PaymentSnapshot,
  is_late: boolean,
): Promise<Step> {
  const { ctx } = step
  if (answer.state === 'requires_action' && ageMs(row) > CHALLENGE_MS) {
    const failure = { code: 'authentication_failed', message: 'The challenge was not answered.' }
    return await giveBack(step, row, failure, answer.card)
  }
  if (answer.state === 'requires_action') await askCustomer(step, row, answer)
  if (
    answer.state === 'processing' ||
    answer.state === 'requires_action' ||
    answer.state === 'requires_method'
  ) {
    return await waitForAnswer(step, row)
  }
  if (answer.state === 'failed' || answer.state === 'voided') {
    const failure = answer.failure ?? { code: 'card_declined' as const, message: 'The card was declined.' }
    return await declineTransaction(step, row, failure, answer.card)
  }
  if (is_late) return await giveBack(step, row, NOT_REACHED, answer.card)
  const ours =
    answer.reference === row.id && answer.amount.amount === row.amount && answer.amount.asset === row.currency
  if (!ours) {
    ctx.log.error({ transaction_id: row.id, acquirer_ref: answer.ref }, 'acquirer authorised something else')
    const failure = { code: 'processing_error', message: 'The amounts did not agree.' }
    return await giveBack(step, row, failure, answer.card)
  }
  const authorized = { card: answer.card, give_up_seconds: ctx.config.rate_wait_seconds }
  const moved = await inTransaction(ctx.db, (tx) => moveTransaction(tx, row, 'authorized', authorized))
  failpoint('authorize.recorded')
  if (!moved) throw new LostRace('an authorised payment could not be recorded')
  return moved
}

/** The page shows what the bank asks; the rate waits a little with it. */
async function askCustomer(
  step: StepContext,
  row: TransactionRow,
  { action }: PaymentSnapshot,
): Promise<void> {
  await step.ports.graceQuote(row)
  if (!action || (row.action?.url === action.url && row.action.kind === action.kind)) return
  if (!(await setAction(step.ctx.db, row, action))) throw new LostRace('a challenge could not be recorded')
  failpoint('authorize.challenged')
}

function ageMs({ created_at }: TransactionRow): number {
  return nowMs() - created_at.getTime()
}
