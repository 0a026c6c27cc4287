import type { Acquirer } from '../adapters/acquirer.ts'
import type { Context } from '../context.ts'
import type { TransactionPorts } from './ports.ts'
import type { TransactionRow } from './transaction.ts'

/** What one step did: the row after it, or how long to wait before trying again. */
export type Step = TransactionRow | { wait_ms: number }

export type StepContext = { ctx: Context; ports: TransactionPorts; acquirer: Acquirer }

/** One step: from the state the row is in to the next, or to a pause. */
export type Runner = (step: StepContext, row: TransactionRow) => Promise<Step>
