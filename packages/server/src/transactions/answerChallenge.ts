import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { sleep } from '../lib/clock.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Ref } from '../lib/tenant.ts'
import { advanceTransaction } from './advanceTransaction.ts'
import type { TransactionPorts } from './ports.ts'
import { findTransaction, leaseTransaction, moveTransaction, releaseTransaction } from './store.ts'

/** How long the customer waits for a worker that looks at the same payment just now; it is at it for one call. */
const WAIT_MS = 100
const WAITS = 30

/** The customer says that the bank is answered: the acquirer is asked what came of it. */
export async function continueChallenge(ctx: Context, ports: TransactionPorts, ref: Ref): Promise<void> {
  await whileAsked(ctx, ref, () => advanceTransaction(ctx, ports, ref))
}

/**
 * The customer gives up at their bank's question. What the bank may say later does not count: the payment is given back
 * at the acquirer, whatever it has become there.
 */
export async function cancelChallenge(ctx: Context, ports: TransactionPorts, ref: Ref): Promise<void> {
  const failure = { code: 'authentication_failed', message: 'The customer gave up at the bank’s question.' }
  await whileAsked(ctx, ref, async () => {
    const row = await leaseTransaction(ctx.db, ref, ctx.config.lease_seconds)
    if (!row) return false
    if (row.state === 'authorizing' && row.action) {
      await inTransaction(ctx.db, (tx) => moveTransaction(tx, row, 'voiding', { failure }))
      failpoint('void.recorded')
    }
    await releaseTransaction(ctx.db, ref, 0)
    await advanceTransaction(ctx, ports, ref)
    return true
  })
}

/** Tries until it could, or the bank's question is over. */
async function whileAsked(ctx: Context, ref: Ref, attempt: () => Promise<boolean>): Promise<void> {
  for (let waits = 0; waits < WAITS; waits++) {
    if (await attempt()) return
    const row = await findTransaction(ctx.db, ref)
    if (row?.status !== 'pending') return
    await sleep(WAIT_MS)
  }
}
