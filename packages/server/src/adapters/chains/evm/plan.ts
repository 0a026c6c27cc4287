import { assert } from '../../../lib/assert.ts'
import { toDecimalString } from '../../../lib/money.ts'
import type { HoldReason, Transfer, TransferIntent } from '../../chain.ts'
import { balanceOf, coinBalance } from './balance.ts'
import { paymentCall } from './call.ts'
import type { EvmContext } from './context.ts'
import { dryRun } from './dryRun.ts'
import { currentFees } from './fees.ts'
import { parseAddress } from './parseAddress.ts'

type Planned = { ok: true; intent: TransferIntent } | { ok: false; reason: HoldReason; detail: string }

/**
 * Fees, gas and a dry run for `transfer`, as the network is now.
 * Balances are those at the head: what other unconfirmed payouts will take is for the caller to subtract.
 * @throws ProviderError when the node gives no usable answer.
 */
export async function plan(context: EvmContext, transfer: Transfer): Promise<Planned> {
  const { asset, to, amount } = transfer
  assert(amount > 0n, 'a transfer pays more than nothing')
  const call = paymentCall(context, transfer)
  const wallet = await context.wallet()
  const verdict = parseAddress(context, wallet, to)
  if (!verdict.ok) return { ok: false, reason: 'transfer_would_fail', detail: verdict.hint }
  assert(verdict.address === to, 'a payee address is stored in its canonical spelling')

  const held = await balanceOf(context, asset, wallet)
  if (held < amount) {
    const [has, needs] = [held, amount].map((n) => toDecimalString({ amount: n, asset }))
    return insufficient(`${wallet} on ${context.network} holds ${has} ${asset}, needs ${needs}`)
  }
  const run = await dryRun(context, wallet, transfer)
  if (!run.ok) return { ok: false, reason: 'transfer_would_fail', detail: run.detail }

  const [fees, coin] = await Promise.all([currentFees(context), coinBalance(context, wallet)])
  // Nodes refuse a transaction whose sender cannot pay the whole limit, even if it would use less.
  const cost = run.gas * fees.max_fee_per_gas + call.value
  if (coin < cost) {
    return insufficient(
      `${wallet} on ${context.network} holds ${coin} wei of ${context.coin}, needs ${cost} with gas`,
    )
  }
  const fields = {
    chain_id: String(context.chain_id),
    gas: String(run.gas),
    max_fee_per_gas: String(fees.max_fee_per_gas),
    max_priority_fee_per_gas: String(fees.max_priority_fee_per_gas),
    to: call.to,
    value: String(call.value),
    data: call.data,
  }
  return { ok: true, intent: { asset, to, amount, fields } }
}

function insufficient(detail: string): Planned {
  return { ok: false, reason: 'insufficient_treasury', detail }
}
