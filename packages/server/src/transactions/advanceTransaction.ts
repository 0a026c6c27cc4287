import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { backoffMs } from '../jobs/lease.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { authorizeTransaction } from './authorizeTransaction.ts'
import { captureTransaction } from './captureTransaction.ts'
import { fixTransactionRate } from './fixTransactionRate.ts'
import type { TransactionPorts } from './ports.ts'
import { leaseTransaction, releaseTransaction } from './store.ts'
import type { Runner, Step, StepContext } from './step.ts'
import type { TransactionRow, TransactionState } from './transaction.ts'
import { voidTransaction } from './voidTransaction.ts'

const STEPS: Partial<Record<TransactionState, Runner>> = {
  authorizing: authorizeTransaction,
  authorized: fixTransactionRate,
  capturing: captureTransaction,
  voiding: voidTransaction,
}

/**
 * Carries a charge as far as it goes now: authorise, fix the rate, capture. Safe to call at any time, by anyone, any
 * number of times: each step starts from what is committed and asks the acquirer before it repeats a call.
 * Returns whether it could look at all: false when somebody else is at it, or there is nothing left to do.
 */
export async function advanceTransaction(ctx: Context, ports: TransactionPorts, ref: Ref): Promise<boolean> {
  const acquirer = modeOf(ctx, ref)?.acquirer
  if (!acquirer) return false
  let row = await leaseTransaction(ctx.db, ref, ctx.config.lease_seconds)
  if (!row) return false
  for (;;) {
    const run = STEPS[row.state]
    if (!run) return true
    const step = await attempt({ ctx, ports, acquirer }, row, run)
    if (!step) return true
    if ('wait_ms' in step) {
      await releaseTransaction(ctx.db, ref, step.wait_ms)
      return true
    }
    row = step
  }
}

/** An acquirer that does not answer is asked again later; the row stays where it is. Null: another worker has it. */
async function attempt(step: StepContext, row: TransactionRow, run: Runner): Promise<Step | null> {
  try {
    return await run(step, row)
  } catch (error) {
    if (error instanceof LostRace) {
      step.ctx.log.warn({ transaction_id: row.id, state: row.state }, error.message)
      return null
    }
    if (!(error instanceof ProviderError)) throw error
    step.ctx.log.warn(
      { transaction_id: row.id, state: row.state, kind: error.kind, err: error },
      'acquirer call failed',
    )
    return { wait_ms: backoffMs(row.tries) }
  }
}
