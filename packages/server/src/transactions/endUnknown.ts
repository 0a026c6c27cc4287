import { modeOf, type Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { declineTransaction } from './declineTransaction.ts'
import type { TransactionPorts } from './ports.ts'
import { findTransaction, leaseTransaction, releaseTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

/**
 * Ends an attempt that the acquirer shows no payment of, as a person says who has asked the acquirer. The acquirer is
 * looked through once more: what it shows is settled there, and found by whoever works.
 * What turns up after all was never confirmed and never will be: it holds no money.
 * @throws SkiroError `not_found`, `invalid_request`; ProviderError when the acquirer does not answer
 */
export async function endUnknown(ctx: Context, ports: TransactionPorts, ref: Ref): Promise<TransactionRow> {
  const found = await findTransaction(ctx.db, ref)
  if (!found)
    throw new SkiroError('not_found', { message: `There is no ${ref.id} of that merchant and mode.` })
  const wrong = (why: string) => new SkiroError('invalid_request', { message: `${ref.id} ${why}` })
  if (!found.unknown_since) throw wrong(`is ${found.state} and needs nobody: it goes on by itself.`)
  if (found.acquirer_ref !== null)
    throw wrong(`is ${found.acquirer_ref} at ${found.acquirer}: settle it there, and it will be seen here.`)
  const acquirer = modeOf(ctx, ref)?.acquirer
  if (acquirer?.id !== found.acquirer) throw wrong(`is at ${found.acquirer}, which is not set up.`)
  const row = await leaseTransaction(ctx.db, ref, ctx.config.lease_seconds)
  if (!row) throw wrong('is being looked at by a worker. Try again in a moment.')
  try {
    const [payment] = await acquirer.findPayments(row.id)
    if (payment || row.acquirer_ref !== null)
      throw wrong(`turned up at ${acquirer.id}: a worker gives it back within a minute.`)
    return await declineTransaction({ ctx, ports, acquirer }, row, {
      code: 'processing_error',
      message: 'The card could not be reached.',
    })
  } catch (error) {
    await releaseTransaction(ctx.db, ref, 0)
    throw error
  }
}
