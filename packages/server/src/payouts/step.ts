import type { Chain } from '../adapters/chain.ts'
import type { Context } from '../context.ts'
import type { PayoutPorts } from './ports.ts'
import type { PayoutRow } from './payout.ts'

/** What one step did: the row after it, or how long to wait before looking again. */
export type Step = PayoutRow | { wait_ms: number }

export type StepContext = { ctx: Context; ports: PayoutPorts; chain: Chain }

/** One step: from the state the row is in to the next, or to a pause. */
export type Runner = (step: StepContext, row: PayoutRow) => Promise<Step>
