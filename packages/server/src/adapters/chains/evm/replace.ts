import type { Address, Hex } from 'viem'
import type { Intent, Limits, Planned } from '../../chain.ts'
import { coinBalance } from './balance.ts'
import { orderCall } from './call.ts'
import type { EvmContext } from './context.ts'
import { raisedFees } from './fees.ts'
import { affordable, draft, feesOf, fieldOf } from './intent.ts'
import { estimate } from './plan.ts'

/**
 * The same call at a higher fee. With the nonce of `last` only one of the two can ever be mined.
 * @throws ProviderError
 */
export async function bump(context: EvmContext, last: Intent, limits: Limits): Promise<Planned> {
  const [fees, coin] = await Promise.all([raisedFees(context, feesOf(last)), ownCoin(context)])
  const same = {
    payer: fieldOf(last, 'payer') as Address,
    to: fieldOf(last, 'to') as Address,
    value: BigInt(fieldOf(last, 'value')),
    data: fieldOf(last, 'data') as Hex,
  }
  return affordable(context, draft(context, last, same, BigInt(fieldOf(last, 'gas')), fees), limits, coin)
}

/**
 * Nothing, sent to ourselves, dear enough to take the place of `last` under its nonce.
 * @throws ProviderError
 */
export async function cancel(context: EvmContext, last: Intent, limits: Limits): Promise<Planned> {
  const nothing = { id: last.id, payments: [] }
  const [wallet, call] = await Promise.all([context.wallet(), orderCall(context, nothing)])
  const [fees, coin, run] = await Promise.all([
    raisedFees(context, feesOf(last)),
    ownCoin(context),
    estimate(context, wallet, call),
  ])
  if (!run.ok) return { ok: false, reason: 'transfer_would_fail', detail: run.detail, payment: null }
  return affordable(context, draft(context, nothing, call, run.gas, fees), limits, coin)
}

async function ownCoin(context: EvmContext): Promise<bigint> {
  return coinBalance(context, await context.wallet())
}
