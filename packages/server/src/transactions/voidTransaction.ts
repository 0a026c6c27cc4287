import type { Acquirer, PaymentSnapshot } from '../adapters/acquirer.ts'
import { backoffMs } from '../jobs/lease.ts'
import { assert } from '../lib/assert.ts'
import { ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { endAttempt } from './declineTransaction.ts'
import type { TransactionRow } from './transaction.ts'

/** Gives the reservation on the card back, until the acquirer says that it is gone. */
export async function voidTransaction(step: StepContext, row: TransactionRow): Promise<Step> {
  assert(row.acquirer_ref, 'a payment to void has no reference at the acquirer')
  const { acquirer } = step
  const ref = row.acquirer_ref
  const snapshot = await giveBack(acquirer, ref, row)
  failpoint('void.answered')
  if (snapshot.state === 'voided' || snapshot.state === 'failed') {
    const ended = await endAttempt(step, row, 'voided', null, null)
    failpoint('void.ended')
    return ended
  }
  return { wait_ms: backoffMs(row.tries) }
}

/** Asks for it, or, where that was asked before, first what became of it: keys do not live for ever. */
async function giveBack(acquirer: Acquirer, ref: string, row: TransactionRow): Promise<PaymentSnapshot> {
  if (row.tries > 0) {
    const now = await acquirer.retrieve(ref)
    if (now.state === 'voided' || now.state === 'failed') return now
  }
  return await acquirer.void(ref, `sk_void_${row.id}`).catch(async (error: unknown) => {
    if (error instanceof ProviderError && error.kind === 'refused') return await acquirer.retrieve(ref)
    throw error
  })
}
