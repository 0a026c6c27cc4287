import type { Context } from '../context.ts'
import { type Tx, inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { type SessionRow, renderSession } from './session.ts'
import { type LockedSession, endSession, lockSession } from './store.ts'

/**
 * Expires a pending session at once, and tells the merchant with `checkout.expired`.
 * @throws SkiroError not_found; session_not_pending when it has ended or a charge is in flight.
 */
export async function expireSession(ctx: Context, tx: Tx, ref: Ref): Promise<SessionRow> {
  const session = await lockSession(tx, ref)
  if (!session) throw new SkiroError('not_found')
  if (session.status !== 'pending' || session.has_live_charge) throw new SkiroError('session_not_pending')
  return await expire(ctx, tx, session)
}

/** The same in a transaction of its own. */
export async function expireSessionNow(ctx: Context, ref: Ref): Promise<SessionRow> {
  return await inTransaction(ctx.db, (tx) => expireSession(ctx, tx, ref))
}

/** Expires the session if its time has passed and nobody is paying it. Returns whether it did. */
export async function expireDueSession(ctx: Context, ref: Ref): Promise<boolean> {
  return await inTransaction(ctx.db, async (tx) => {
    const session = await lockSession(tx, ref)
    if (!session || session.status !== 'pending' || !session.past || session.has_live_charge) return false
    await expire(ctx, tx, session)
    return true
  })
}

async function expire(ctx: Context, tx: Tx, locked: LockedSession): Promise<SessionRow> {
  const session = await endSession(tx, locked, 'expired', null)
  if (!session) throw new SkiroError('session_not_pending')
  await recordEvent(tx, session, {
    type: 'checkout.expired',
    object_id: session.id,
    data: renderSession(session, ctx.config.public_url),
    webhook_url: session.webhook_url,
  })
  return session
}
