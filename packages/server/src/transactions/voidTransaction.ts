import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { assert } from '../lib/assert.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { endAttempt } from './declineTransaction.ts'
import { newRequest } from './request.ts'
import { sendCall } from './sendCall.ts'
import type { TransactionRow } from './transaction.ts'
import { waitForAnswer } from './waitForAnswer.ts'

/** Gives the reservation on the card back, until the acquirer says that it is gone. */
export async function voidTransaction(step: StepContext, row: TransactionRow): Promise<Step> {
  const snapshot = await voidPayment(step, row)
  failpoint('void.answered')
  if (snapshot.state === 'voided' || snapshot.state === 'failed') {
    const ended = await endAttempt(step, row, 'voided', null, null)
    failpoint('void.ended')
    return ended
  }
  return await waitForAnswer(step, row)
}

/** Asks for it, or, where that was asked before, first what became of it: keys do not live for ever. */
async function voidPayment(step: StepContext, row: TransactionRow): Promise<PaymentSnapshot> {
  const { acquirer } = step
  const ref = row.acquirer_ref
  assert(ref, 'a payment to void has no reference at the acquirer')
  const now = row.tries > 0 ? await acquirer.retrieve(ref) : null
  if (now?.state === 'voided' || now?.state === 'failed') return now
  const written = newRequest('void', row.id, acquirer.write.void(ref))
  const sent = await sendCall(step, row, now === null, written, (key, request) =>
    acquirer.void(ref, key, request),
  )
  if (sent && 'answer' in sent) return sent.answer
  return sent === null && now ? now : await acquirer.retrieve(ref)
}
