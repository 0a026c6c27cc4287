import { z } from 'zod'
import { assert } from '../../../lib/assert.ts'
import type { Coin, Intent, Limits, Planned } from '../../chain.ts'
import { available } from './available.ts'
import { toHex } from './bytes.ts'
import type { BitcoinContext } from './context.ts'
import { type Draft, draftOf, intentOf, payeeOutputs, sum, txidOf } from './draft.ts'
import { hold, inBtc } from './hold.ts'
import { replacementFee } from './replacementFee.ts'
import { dustOf, vsizeOf } from './script.ts'

/**
 * The same payments with all of the same coins, at a higher fee. It comes out of the change; where that does not
 * suffice, confirmed coins of `limits.coins` are added (BIP 125, rule 2).
 * @throws ProviderError
 */
export async function bump(context: BitcoinContext, last: Intent, limits: Limits): Promise<Planned> {
  const wallet = await context.wallet()
  const draft = draftOf(context, last)
  if (await changeIsSpent(context, draft, toHex(wallet.script))) {
    // A replacement would undo that transaction, whose payees were promised it. It lifts this one by its own fee.
    return hold('fee_too_high', 'a later transaction spends its change: raise the fee of that one')
  }
  const feeAt = await replacementFee(context, last, draft)
  const payees = payeeOutputs(context, last)
  const scripts = payees.map(({ script }) => script)
  const paid = sum(payees)
  const inputs: Coin[] = [...draft.inputs]
  const spare = (await available(context, limits.coins)).filter(
    ({ confirmations, outpoint }) => confirmations > 0 && !last.coins.includes(outpoint),
  )
  for (;;) {
    const left = sum(inputs) - paid
    const change = left - feeAt(vsizeOf(inputs.length, [...scripts, wallet.script]))
    const kept = change >= dustOf(wallet.script) ? [{ script: wallet.script, amount: change }] : []
    const fee = left - sum(kept)
    const enough = kept.length > 0 || (payees.length > 0 && fee >= feeAt(vsizeOf(inputs.length, scripts)))
    if (enough && fee <= limits.fee_cap) {
      const outputs = [...payees, ...kept]
      assert(fee > last.fee, 'a replacement pays more')
      return { ok: true, intent: intentOf(context, last, wallet, { inputs, outputs, fee }) }
    }
    if (enough)
      return hold('fee_too_high', `the fee is ${inBtc(fee)}, the most allowed ${inBtc(limits.fee_cap)}`)
    const coin = spare.shift()
    if (!coin)
      return hold('fee_too_high', 'its change does not pay a higher fee, and no confirmed coin is free')
    inputs.push({ outpoint: coin.outpoint, amount: coin.amount })
  }
}

async function changeIsSpent(context: BitcoinContext, draft: Draft, own: string): Promise<boolean> {
  const txid = txidOf(draft)
  const transaction = await context.watch.transaction(txid)
  if (transaction?.confirmations !== 0) return false
  for (const [n, { script }] of draft.outputs.entries()) {
    if (toHex(script) !== own) continue
    const unspent = await context.rpc('gettxout', [txid, n, true], z.looseObject({}).nullable())
    if (unspent === null) return true
  }
  return false
}
