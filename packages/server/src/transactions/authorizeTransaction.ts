import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { inTransaction } from '../db/sql.ts'
import { backoffMs } from '../jobs/lease.ts'
import { assert } from '../lib/assert.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { type Failure, declineTransaction } from './declineTransaction.ts'
import { moveTransaction, setAcquirerRef, setAction } from './store.ts'
import { statementDescriptor } from './statementDescriptor.ts'
import type { TransactionRow } from './transaction.ts'

/** How long an acquirer that cannot be reached may block the session, when the card cannot have been asked yet. */
const UNREACHED_MS = 2 * 60_000
/** A challenge ends after ten minutes (EMV 3-D Secure); a little more, so that the bank's own end comes first. */
const CHALLENGE_MS = 11 * 60_000

/**
 * Gets the card's answer. Creates the payment at the acquirer, remembers its reference, then confirms it with the
 * token. After a crash it retrieves first: a call whose answer was lost is asked about, not repeated blindly.
 */
export async function authorizeTransaction(step: StepContext, row: TransactionRow): Promise<Step> {
  const snapshot = row.acquirer_ref
    ? await step.acquirer.retrieve(row.acquirer_ref)
    : await createPayment(step, row)
  if (!snapshot) {
    return await declineTransaction(step, row, {
      code: 'processing_error',
      message: 'The card could not be reached.',
    })
  }
  const answered = snapshot.state === 'requires_method' ? await confirm(step, row, snapshot) : snapshot
  failpoint('authorize.answered')
  return await applyAnswer(step, row, answered)
}

/** Null: no payment can come of this attempt. Without a confirmation there is no charge, so the session is set free. */
async function createPayment(step: StepContext, row: TransactionRow): Promise<PaymentSnapshot | null> {
  try {
    const snapshot = await step.acquirer.createPayment(
      {
        amount: { amount: row.amount, asset: row.currency },
        reference: row.id,
        session: row.checkout_session_id,
        descriptor: statementDescriptor(row),
        three_ds: row.three_ds,
        return_url: new URL(`/${row.checkout_session_id}/return`, step.ctx.config.public_url).href,
      },
      `sk_pay_${row.id}`,
    )
    failpoint('authorize.payment_created')
    await setAcquirerRef(step.ctx.db, row, snapshot.ref)
    failpoint('authorize.payment_recorded')
    return snapshot
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.kind === 'refused' || nowMs() - row.created_at.getTime() > UNREACHED_MS) return null
    throw error
  }
}

async function confirm(
  step: StepContext,
  row: TransactionRow,
  snapshot: PaymentSnapshot,
): Promise<PaymentSnapshot> {
  assert(row.card_token, 'a transaction to authorise has no card token')
  try {
    return await step.acquirer.confirm(snapshot.ref, row.card_token, `sk_auth_${row.id}`)
  } catch (error) {
    // A refusal is a fact about this call, not about the payment: the acquirer's book decides.
    if (error instanceof ProviderError && error.kind === 'refused') {
      const now = await step.acquirer.retrieve(snapshot.ref)
      if (now.state !== 'requires_method') return now
      return { ...now, state: 'failed', failure: { code: 'processing_error', message: error.message } }
    }
    throw error
  }
}

async function applyAnswer(step: StepContext, row: TransactionRow, answer: PaymentSnapshot): Promise<Step> {
  const { ctx } = step
  if (answer.state === 'requires_action' && nowMs() - row.created_at.getTime() > CHALLENGE_MS) {
    const failure = { code: 'authentication_failed', message: 'The challenge was not answered.' }
    return await giveBack(step, row, answer, failure)
  }
  if (answer.state === 'requires_action') await askCustomer(step, row, answer)
  if (
    answer.state === 'processing' ||
    answer.state === 'requires_action' ||
    answer.state === 'requires_method'
  ) {
    return { wait_ms: backoffMs(row.tries) }
  }
  if (answer.state === 'failed' || answer.state === 'voided') {
    const failure = answer.failure ?? { code: 'card_declined' as const, message: 'The card was declined.' }
    return await declineTransaction(step, row, failure, answer.card)
  }
  const ours =
    answer.reference === row.id && answer.amount.amount === row.amount && answer.amount.asset === row.currency
  if (!ours) {
    ctx.log.error({ transaction_id: row.id, acquirer_ref: answer.ref }, 'acquirer authorised something else')
    return await giveBack(step, row, answer, {
      code: 'processing_error',
      message: 'The amounts did not agree.',
    })
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

async function giveBack(
  step: StepContext,
  row: TransactionRow,
  { card }: PaymentSnapshot,
  failure: Failure,
): Promise<Step> {
  const moved = await inTransaction(step.ctx.db, (tx) =>
    moveTransaction(tx, row, 'voiding', { card, failure }),
  )
  if (!moved) throw new LostRace('a payment could not be given back')
  failpoint('void.recorded')
  return moved
}
