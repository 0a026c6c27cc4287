import type { Chain } from '../adapters/chain.ts'
import type { Context } from '../context.ts'
import type { BatchRow } from './batch.ts'
import type { PayoutPorts } from './ports.ts'

/**
 * What one step did: the batch after it, or how long to wait before looking again. `is_well`: there was nothing wrong, so
 * that the next trouble is the first one.
 */
export type Step = BatchRow | { wait_ms: number; is_well?: true }

export type StepContext = { ctx: Context; ports: PayoutPorts; chain: Chain }

/** One step: from the state the batch is in to the next, or to a pause. */
export type Runner = (step: StepContext, batch: BatchRow) => Promise<Step>
