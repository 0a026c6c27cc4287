import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { expireDueSession } from './expireSession.ts'
import { dropOldIdempotencyKeys, dueSessions } from './store.ts'

const BATCH = 200

/** Expires what is due. A session that nobody looks at still tells its merchant that it expired. */
export function checkoutSweeps(ctx: Context): Sweep[] {
  return [
    {
      name: 'expire sessions',
      run: async () => {
        const due = await dueSessions(ctx.db, BATCH)
        for (const ref of due) await expireDueSession(ctx, ref)
        return due.length
      },
    },
    { name: 'old idempotency keys', run: () => dropOldIdempotencyKeys(ctx.db, 1000) },
  ]
}
