import type { Context } from '../context.ts'
import type { Desk } from './desk.ts'
import type { TreasuryOrder } from './order.ts'

/** What a step works with. */
export type StepContext = { readonly ctx: Context; readonly desk: Desk }

/** The order as it is now, to be carried on at once; or for how long there is nothing to do. */
export type Step = TreasuryOrder | { readonly wait_ms: number }
