import { assert } from '../../../lib/assert.ts'
import type { Limits, Order, Planned } from '../../chain.ts'
import { available } from './available.ts'
import type { BitcoinContext } from './context.ts'
import { intentOf, payeeOutputs, sum } from './draft.ts'
import { feeOf, feeRates, max } from './fees.ts'
import { hold, inBtc } from './hold.ts'
import { parseAddress } from './parseAddress.ts'
import { dustOf, MAX_VSIZE, vsizeOf } from './script.ts'
import { selectCoins } from './selectCoins.ts'

/**
 * One transaction for all payments of `order`, at the fee that the network asks now. What is left over goes back to the
 * wallet as one output, unless it is dust: then it is part of the fee.
 * @throws ProviderError when the node gives no usable answer
 */
export async function plan(context: BitcoinContext, order: Order, limits: Limits): Promise<Planned> {
  const { payments } = order
  assert(
    payments.length > 0 && payments.length <= context.max_outputs,
    'an order has some payments, not too many',
  )
  const wallet = await context.wallet()
  for (const [i, { asset, to, amount }] of payments.entries()) {
    assert(asset === 'BTC', `${asset} is not payable on ${context.network}`)
    const verdict = parseAddress(context, wallet.address, to)
    if (!verdict.ok) return hold('address_not_allowed', verdict.hint, i)
    assert(verdict.address === to, 'a payee address is stored in its canonical spelling')
    const [output] = payeeOutputs(context, { payments: [{ asset, to, amount }] })
    const least = max(context.min_payment, output ? dustOf(output.script) : 0n)
    if (amount < least)
      return hold('below_minimum', `${inBtc(amount)} is below the least, ${inBtc(least)}`, i)
  }

  const outputs = payeeOutputs(context, order)
  const [{ now: rate }, coins] = await Promise.all([feeRates(context), available(context, limits.coins)])
  const confirmed = coins.filter(({ confirmations }) => confirmations > 0)
  const select = (from: typeof coins) => selectCoins(from, outputs, rate, wallet, context.params)
  // Unconfirmed change only when it is needed: what hangs on another transaction falls with it.
  const inputs = select(confirmed) ?? select(coins)
  const paid = sum(outputs)
  if (!inputs) {
    const [has, needs] = [sum(coins), paid].map(inBtc)
    return hold(
      'insufficient_treasury',
      `the free coins of ${wallet.address} are ${has}, needed are ${needs} and the fee`,
    )
  }

  const scripts = outputs.map(({ script }) => script)
  const vsize = vsizeOf(inputs.length, [...scripts, wallet.script])
  if (vsize > MAX_VSIZE)
    return hold('insufficient_treasury', 'the coins are too small: put them together into fewer')
  const change = sum(inputs) - paid - feeOf(vsize, rate)
  const kept = change >= dustOf(wallet.script) ? [{ script: wallet.script, amount: change }] : []
  const fee = sum(inputs) - paid - sum(kept)
  if (fee > limits.fee_cap) {
    return hold('fee_too_high', `the fee is ${inBtc(fee)}, the most allowed ${inBtc(limits.fee_cap)}`)
  }
  return {
    ok: true,
    intent: intentOf(context, order, wallet, { inputs, outputs: [...outputs, ...kept], fee }),
  }
}
