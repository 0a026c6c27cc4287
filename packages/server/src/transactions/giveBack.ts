import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Failure } from './declineTransaction.ts'
import { newRequest } from './request.ts'
import { insertRequest } from './requestStore.ts'
import type { StepContext } from './step.ts'
import { moveTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

/** Decides that no money is taken, and stores the void that will be asked for, in one transaction. */
export async function giveBack(
  { ctx, acquirer }: StepContext,
  row: TransactionRow & { acquirer_ref: string | null },
  failure: Failure,
  card: PaymentSnapshot['card'] = null,
): Promise<TransactionRow> {
  const { acquirer_ref } = row
  assert(acquirer_ref, 'a payment to give back has no reference at the acquirer')
  const voiding = await inTransaction(ctx.db, async (tx) => {
    const moved = await moveTransaction(tx, row, 'voiding', { card, failure })
    if (moved) await insertRequest(tx, row, newRequest('void', row.id, acquirer.write.void(acquirer_ref)))
    return moved
  })
  if (!voiding) throw new LostRace('a payment could not be given back')
  failpoint('void.recorded')
  return voiding
}
