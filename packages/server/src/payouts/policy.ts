import type { Context } from '../context.ts'
import { assert } from '../lib/assert.ts'

/** How payouts are made on one network, from the configuration of its chain. */
export type PayoutPolicy = {
  /** A batch that is not full leaves when its oldest payout has waited so long, milliseconds. */
  readonly batch_wait_ms: number
  /** The most that one transaction may cost, in the smallest unit of the coin that pays for it. */
  readonly fee_cap: bigint
  /** The most that it may cost as a share of what it pays out, basis points. */
  readonly fee_share_bps: number
  /** A transaction that has not been mined for so long is sent again at a higher fee, milliseconds. */
  readonly bump_after_ms: number
}

export function policyOf(ctx: Context, livemode: boolean, network: string): PayoutPolicy {
  const mode = ctx.config[livemode ? 'live' : 'test']
  const chain = mode?.chains.find((config) => config.network === network)
  assert(chain, `network ${network} is not configured`)
  return chain.payouts
}
