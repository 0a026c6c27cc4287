import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Ref } from '../lib/tenant.ts'
import { advanceTransaction } from './advanceTransaction.ts'
import type { TransactionPorts } from './ports.ts'
import { type Card, type ConfirmRefusal, recordAttempt } from './recordAttempt.ts'
import { findTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

export type { ConfirmRefusal } from './recordAttempt.ts'

/**
 * Charges the session's amount to the card behind `token`. The intent is committed before the acquirer is called, so a
 * crash at any point is picked up by whoever sweeps next; a second live charge is impossible by a unique index.
 * Returns the transaction as far as it came: captured, declined, or still in the works.
 */
export async function confirmTransaction(
  ctx: Context,
  ports: TransactionPorts,
  session: Ref,
  card: Card,
): Promise<TransactionRow | ConfirmRefusal> {
  const mode = modeOf(ctx, session)
  if (!mode) throw new SkiroError('forbidden')
  const attempt = await recordAttempt(ctx, ports, session, card, mode.acquirer.id)
  if ('refused' in attempt) return attempt
  if ('earlier' in attempt) return attempt.earlier
  failpoint('confirm.recorded')
  await advanceTransaction(ctx, ports, attempt.recorded)
  const row = await findTransaction(ctx.db, attempt.recorded)
  assert(row, 'a recorded transaction is gone')
  return row
}
