import { createHash } from 'node:crypto'
import type { Acquirer } from '../adapters/acquirer.ts'
import type { Context } from '../context.ts'
import { UNIQUE_VIOLATION, inTransaction, isDbError } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { shareOf } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import type { TransactionPorts } from './ports.ts'
import { newRequest, paymentOf } from './request.ts'
import { insertRequest } from './requestStore.ts'
import { findByToken, insertTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

/** `customer_locale`: of the page on which the card was entered, if it was a page. */
export type Card = { token: string; customer_email: string | null; customer_locale?: string }
export type ConfirmRefusal = { refused: 'not_pending' | 'expired' | 'charge_in_flight' }
export type Recorded = { recorded: Ref } | { earlier: TransactionRow } | ConfirmRefusal

/**
 * Commits the intent to charge, and the first call that will be made for it, before anyone is called. A token makes one attempt: browsers send a request again by
 * themselves when a connection breaks, and the second copy finds the first one's transaction.
 * @throws SkiroError payout_wallet_missing when the merchant's wallet was removed since the session was made.
 */
export async function recordAttempt(
  ctx: Context,
  ports: TransactionPorts,
  session_ref: Ref,
  card: Card,
  acquirer: Acquirer,
): Promise<Recorded> {
  const { merchant_id, livemode } = session_ref
  const ref: Ref = { merchant_id, livemode, id: newId('transaction') }
  const card_token_hash = createHash('sha256').update(card.token).digest()
  try {
    return await inTransaction(ctx.db, async (tx) => {
      const session = await ports.lockPayableSession(tx, session_ref)
      const earlier = await findByToken(tx, session_ref, card_token_hash)
      if (earlier) return { earlier }
      if ('refused' in session) return session
      const fee_bps = ctx.config.plans[session.plan]
      assert(fee_bps !== undefined, `plan ${session.plan} is not configured`)
      const attempt = {
        id: ref.id,
        checkout_session_id: session_ref.id,
        amount: session.amount,
        currency: session.currency,
        fee_bps,
        fee_amount: shareOf(session.amount, fee_bps, 'half_up'),
        spread_bps: ctx.config.spread_bps,
        three_ds: session.three_ds,
        statement_descriptor: session.statement_descriptor,
        payout_currency: session.payout_currency,
        acquirer: acquirer.id,
        card_token: card.token,
        card_token_hash,
        customer_email: card.customer_email ?? session.customer_email,
        customer_locale: card.customer_locale ?? null,
        metadata: JSON.stringify(session.metadata),
        webhook_url: session.webhook_url,
      }
      if (!(await insertTransaction(tx, ref, attempt, ctx.config.lease_seconds))) {
        throw new SkiroError('payout_wallet_missing')
      }
      const create = acquirer.write.createPayment(paymentOf(attempt, ctx.config.public_url))
      await insertRequest(tx, ref, newRequest('create', ref.id, create))
      await ports.countAttempt(tx, session_ref)
      return { recorded: ref }
    })
  } catch (error) {
    if (isDbError(error, UNIQUE_VIOLATION, 'transaction_one_live_charge'))
      return { refused: 'charge_in_flight' }
    throw error
  }
}
