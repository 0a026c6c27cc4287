import type { Ref } from '../lib/tenant.ts'

/**
 * A job only wakes someone up: its payload is a reference, the row it names says what is left to do, and running it
 * twice or late does no harm. What a lost job would have woken is found again by the sweep.
 */
export type JobName = 'advance_transaction' | 'advance_payout'

export type JobHandler = (ref: Ref) => Promise<void>

export type JobHandlers = Record<JobName, JobHandler>

/** Finds rows that need attention and that nobody holds. Returns how many it found; on `stop` it leaves the rest. */
export type Sweep = { readonly name: string; readonly run: (stop?: AbortSignal) => Promise<number> }
