import type { HoldReason, Intent } from '../adapters/chain.ts'
import { failpoint } from '../lib/failpoint.ts'
import { newId } from '../lib/ids.ts'
import { type Funds, readFunds } from './funds.ts'
import { holdElsewhere } from './holdElsewhere.ts'
import { holdPayouts } from './holdPayouts.ts'
import { limitsOf } from './limits.ts'
import { paymentOf } from './payout.ts'
import type { StepContext } from './step.ts'
import { readWallet } from './treasury.ts'
import type { TreasuryWallet } from './treasuryStore.ts'
import type { Pool, WaitingPayout } from './waitingStore.ts'

/** Reasons that hold for fewer payouts perhaps not. */
const DIVIDE: ReadonlySet<HoldReason> = new Set(['insufficient_treasury', 'over_limit'])

export type BatchPlan = {
  readonly wallet: TreasuryWallet
  readonly payouts: readonly WaitingPayout[]
  readonly intent: Intent
  /** Null where the coins themselves are reserved. */
  readonly funds: Funds | null
}

/**
 * Plans one transaction for as many of the payouts as can be paid now. All refusals come before anything is taken: what
 * cannot be paid is held with its reason, and has no nonce and no coins. Null: none of them can.
 */
export async function planBatch(
  step: StepContext,
  pool: Pool,
  waiting: readonly WaitingPayout[],
): Promise<BatchPlan | null> {
  const { ctx, chain } = step
  const wallet = await readWallet(ctx, chain, pool.livemode)
  if (wallet.hold_reason) {
    await holdPayouts(step, waiting, 'wallet_on_hold', wallet.hold_reason)
    return null
  }
  const funds = await readFunds(step, wallet, pool.asset)
  failpoint('payout.funds_read')
  const screened = await holdElsewhere(step, pool, waiting)
  failpoint('payout.screened')
  let payouts = funds ? await holdUnfunded(step, screened, funds) : screened
  while (payouts.length > 0) {
    const limits = await limitsOf(step, pool, payouts)
    if (!limits) {
      await holdPayouts(step, payouts, 'no_rate', 'there is no rate to judge the network fee by')
      return null
    }
    const order = { id: newId('payout_batch'), payments: payouts.map(paymentOf) }
    const refusal = await chain.review(order)
    failpoint('payout.reviewed')
    const planned = refusal ?? (await chain.plan(order, limits))
    if (planned.ok) {
      failpoint('payout.planned')
      return { wallet, payouts, intent: planned.intent, funds }
    }
    const { payment, reason, detail } = planned
    const refused = payment === null ? payouts : payouts.filter((_, line) => line === payment)
    // Too little for all of them may be enough for the first ones.
    const is_short = DIVIDE.has(reason) && payment === null && payouts.length > 1
    const held = is_short ? payouts.slice(Math.floor(payouts.length / 2)) : refused
    await holdPayouts(step, held, reason, detail)
    payouts = payouts.filter((payout) => !held.includes(payout))
  }
  return null
}

/**
 * Holds those for which the wallet has not enough. One that has to wait for more coins stands in nobody's way: what is
 * there would not pay it anyway.
 */
async function holdUnfunded(
  step: StepContext,
  waiting: readonly WaitingPayout[],
  { free }: Funds,
): Promise<readonly WaitingPayout[]> {
  let left = free
  const funded: WaitingPayout[] = []
  const unfunded: WaitingPayout[] = []
  for (const payout of waiting) {
    const fits = payout.amount <= left
    if (fits) left -= payout.amount
    ;(fits ? funded : unfunded).push(payout)
  }
  const needed = waiting.reduce((sum, { amount }) => sum + amount, 0n)
  await holdPayouts(step, unfunded, 'insufficient_treasury', `${free} of ${needed} needed`)
  return funded
}
