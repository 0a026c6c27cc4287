import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { UNIQUE_VIOLATION, inTransaction, isDbError } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { newId } from '../lib/ids.ts'
import { shareOf } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import { advanceTransaction } from './advanceTransaction.ts'
import type { TransactionPorts } from './ports.ts'
import { findTransaction, insertTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

export type ConfirmRefusal = { refused: 'not_pending' | 'expired' | 'charge_in_flight' }

/**
 * Charges the session's amount to the card behind `token`. The intent is committed before the acquirer is called, so a
 * crash at any point is picked up by whoever sweeps next; a second live charge is impossible by a unique index.
 * Returns the transaction as far as it came: captured, declined, or still in the works.
 */
export async function confirmTransaction(
  ctx: Context,
  ports: TransactionPorts,
  session_ref: Ref,
  card: { token: string; customer_email: string | null },
): Promise<TransactionRow | ConfirmRefusal> {
  const mode = modeOf(ctx, session_ref)
  if (!mode) throw new SkiroError('forbidden')
  const ref: Ref = { ...session_ref, id: newId('transaction') }
  const recorded = await recordIntent(ctx, ports, session_ref, ref, card, mode.acquirer.id)
  if (recorded) return recorded
  failpoint('confirm.recorded')
  await advanceTransaction(ctx, ports, ref)
  const row = await findTransaction(ctx.db, ref)
  assert(row, 'a recorded transaction is gone')
  return row
}

async function recordIntent(
  ctx: Context,
  ports: TransactionPorts,
  session_ref: Ref,
  ref: Ref,
  card: { token: string; customer_email: string | null },
  acquirer: string,
): Promise<ConfirmRefusal | null> {
  try {
    return await inTransaction(ctx.db, async (tx) => {
      const session = await ports.lockPayableSession(tx, session_ref)
      if ('refused' in session) return session
      const fee_bps = ctx.config.plans[session.plan]
      assert(fee_bps !== undefined, `plan ${session.plan} is not configured`)
      const stored = await insertTransaction(
        tx,
        ref,
        {
          id: ref.id,
          checkout_session_id: session_ref.id,
          amount: session.amount,
          currency: session.currency,
          fee_bps,
          fee_amount: shareOf(session.amount, fee_bps, 'half_up'),
          spread_bps: ctx.config.spread_bps,
          payout_currency: session.payout_currency,
          acquirer,
          card_token: card.token,
          customer_email: card.customer_email ?? session.customer_email,
          metadata: JSON.stringify(session.metadata),
          webhook_url: session.webhook_url,
        },
        ctx.config.lease_seconds,
      )
      if (!stored) throw new SkiroError('payout_wallet_missing')
      await ports.countAttempt(tx, session_ref)
      return null
    })
  } catch (error) {
    if (isDbError(error, UNIQUE_VIOLATION, 'transaction_one_live_charge'))
      return { refused: 'charge_in_flight' }
    throw error
  }
}
