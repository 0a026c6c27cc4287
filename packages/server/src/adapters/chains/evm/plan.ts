import type { Address } from 'viem'
import { assert } from '../../../lib/assert.ts'
import { toDecimalString } from '../../../lib/money.ts'
import type { HoldReason, Limits, Order, Planned } from '../../chain.ts'
import { balanceOf, coinBalance } from './balance.ts'
import { assetOf, type OrderCall, orderCall } from './call.ts'
import type { EvmContext } from './context.ts'
import { currentFees } from './fees.ts'
import { affordable, draft } from './intent.ts'
import { parseAddress } from './parseAddress.ts'
import { revertReason } from './revert.ts'
import { quantity } from './rpc.ts'
import { screen } from './screen.ts'

/** Gas of a plain send to an account without code, where the protocol fixes it. */
const PLAIN_SEND_GAS = 21_000n

/**
 * Fees, gas and a dry run of every payment of `order`, as the network is now.
 * Balances are those at the head: what other unconfirmed payouts will take is for the caller to subtract.
 * @throws ProviderError when the node gives no usable answer, or the vault is not ours.
 */
export async function plan(context: EvmContext, order: Order, limits: Limits): Promise<Planned> {
  const asset = assetOf(context, order)
  const wallet = await context.wallet()
  for (const [payment, { to }] of order.payments.entries()) {
    const verdict = parseAddress(context, wallet, to)
    if (!verdict.ok) return refuse('address_not_allowed', verdict.hint, payment)
    assert(verdict.address === to, 'a payee address is stored in its canonical spelling')
  }
  await context.checkVault()
  const call = await orderCall(context, order)
  const due = order.payments.reduce((sum, { amount }) => sum + amount, 0n)
  const held = await balanceOf(context, asset, call.payer)
  if (held < due) {
    const [has, needs] = [held, due].map((amount) => toDecimalString({ amount, asset }))
    const detail = `${call.payer} on ${context.network} holds ${has} ${asset}, needs ${needs}`
    return refuse('insufficient_treasury', detail)
  }
  const finding = await screen(context, call.payer, order)
  if (finding) return refuse('transfer_would_fail', finding.detail, finding.payment)

  const [run, fees, coin] = await Promise.all([
    estimate(context, wallet, call),
    currentFees(context),
    coinBalance(context, wallet),
  ])
  if (!run.ok) {
    // Each payment passed by itself, so this is the vault's word. A used batch id means that our database is behind.
    return refuse(run.detail.startsWith('BatchUsed') ? 'wallet_on_hold' : 'transfer_would_fail', run.detail)
  }
  return affordable(context, draft(context, order, call, run.gas, fees), limits, coin)
}

/** `gas` is a limit with room to spare. @throws ProviderError */
export async function estimate(
  context: EvmContext,
  from: Address,
  { to, value, data }: Pick<OrderCall, 'to' | 'value' | 'data'>,
): Promise<{ ok: true; gas: bigint } | { ok: false; detail: string }> {
  try {
    const call = { from, to, value: `0x${value.toString(16)}`, data }
    const gas = await context.any('eth_estimateGas', [call, 'latest'], quantity)
    // What the run costs may grow before it is mined, for instance when a payee's balance falls to zero.
    return { ok: true, gas: gas === PLAIN_SEND_GAS ? gas : (gas * 120n) / 100n }
  } catch (error) {
    const detail = revertReason(error)
    if (detail === null) throw error
    return { ok: false, detail }
  }
}

function refuse(reason: HoldReason, detail: string, payment: number | null = null): Planned {
  return { ok: false, reason, detail, payment }
}
