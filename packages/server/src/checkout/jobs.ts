import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { sweepRows } from '../jobs/sweepRows.ts'
import { expireDueSession } from './expireSession.ts'
import { dropOldIdempotencyKeys, dueSessions } from './store.ts'

const BATCH = 200

/** Expires what is due. A session that nobody looks at still tells its merchant that it expired. */
export function checkoutSweeps(ctx: Context): Sweep[] {
  return [
    sweepRows(
      'expire sessions',
      () => dueSessions(ctx.db, BATCH),
      (ref) => expireDueSession(ctx, ref),
      (ref, err) => ctx.log.error({ checkout_session_id: ref.id, err }, 'could not expire a session'),
    ),
    { name: 'old idempotency keys', run: () => dropOldIdempotencyKeys(ctx.db, 1000) },
  ]
}
