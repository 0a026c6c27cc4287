import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Ref } from '../lib/tenant.ts'
import { advanceTransaction } from './advanceTransaction.ts'
import { bindQuote } from './bindQuote.ts'
import type { TransactionPorts } from './ports.ts'
import { type Card, type ConfirmRefusal, recordAttempt } from './recordAttempt.ts'
import { findTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

export type { ConfirmRefusal } from './recordAttempt.ts'

/**
 * Charges the session's amount to the card behind `token`. The intent is committed before the acquirer is called, so a
 * crash at any point is picked up by whoever sweeps next; a second live charge is impossible by a unique index.
 * The rate of this moment is bound to it, for as long as SKIRO_QUOTE_SECONDS says.
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
  const attempt = await recordAttempt(ctx, ports, session, card, mode.acquirer)
  if ('refused' in attempt) return attempt
  if ('earlier' in attempt) return attempt.earlier
  failpoint('confirm.recorded')
  await quote(ctx, ports, attempt.recorded)
  failpoint('confirm.quoted')
  await advanceTransaction(ctx, ports, attempt.recorded)
  const row = await findTransaction(ctx.db, attempt.recorded)
  assert(row, 'a recorded transaction is gone')
  return row
}

/** Binds the rate of this moment. When there is none the card is asked all the same: a rate may be there by then. */
async function quote(ctx: Context, ports: TransactionPorts, ref: Ref): Promise<void> {
  const row = await findTransaction(ctx.db, ref)
  assert(row, 'a recorded transaction is gone')
  await bindQuote(ctx, ports, row)
}
