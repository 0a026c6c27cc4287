import type { Intent, Limits, Planned } from '../../chain.ts'
import type { BitcoinContext } from './context.ts'
import { draftOf, intentOf, sum } from './draft.ts'
import { hold, inBtc } from './hold.ts'
import { replacementFee } from './replacementFee.ts'
import { dustOf, vsizeOf } from './script.ts'

/** All coins of `last` back to the wallet at a higher fee. @throws ProviderError */
export async function cancel(context: BitcoinContext, last: Intent, limits: Limits): Promise<Planned> {
  const wallet = await context.wallet()
  const draft = draftOf(context, last)
  const feeAt = await replacementFee(context, last, draft)
  const fee = feeAt(vsizeOf(draft.inputs.length, [wallet.script]))
  const amount = sum(draft.inputs) - fee
  if (fee > limits.fee_cap || amount < dustOf(wallet.script)) {
    return hold('fee_too_high', `the fee is ${inBtc(fee)}, the most allowed ${inBtc(limits.fee_cap)}`)
  }
  const order = { id: last.id, payments: [] }
  const outputs = [{ script: wallet.script, amount }]
  return { ok: true, intent: intentOf(context, order, wallet, { inputs: draft.inputs, outputs, fee }) }
}
