import { Transaction } from '@scure/btc-signer'
import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { Intent, TransactionStatus } from '../../chain.ts'
import { toHex } from './bytes.ts'
import type { BitcoinContext } from './context.ts'
import { draftOf, payeeOutputs, sum } from './draft.ts'
import { hash } from './rpc.ts'

const header = z.object({ height: z.int(), confirmations: z.int() })

/**
 * Where the transaction stands and whether each payment is an output of it: that script, that amount. Two equal payments
 * need two outputs. Its block counts only while it is the one at its height.
 * @throws ProviderError
 */
export async function status(
  context: BitcoinContext,
  txid: string,
  intent: Intent,
): Promise<TransactionStatus> {
  const { rpc, network } = context
  const found = await context.watch.transaction(txid)
  if (!found) return { state: 'unseen' }
  if (found.block_hash === null) return { state: 'waiting' }
  const block = await rpc('getblockheader', [found.block_hash, true], header)
  const canonical = await rpc('getblockhash', [block.height], hash)
  if (canonical !== found.block_hash || block.confirmations < 1) return { state: 'waiting' }

  const tx = Transaction.fromRaw(Buffer.from(found.raw, 'hex'), {
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  })
  if (tx.id !== txid) throw new ProviderError(network, 'unknown', 'the node gave another transaction')
  const outputs = Array.from({ length: tx.outputsLength }, (_, i) => {
    const { script, amount } = tx.getOutput(i)
    return { script: toHex(script ?? new Uint8Array()), amount: amount ?? 0n }
  })
  const left = outputs.map(({ script, amount }) => `${script}:${amount}`)
  const payments = payeeOutputs(context, intent).map(({ script, amount }) => {
    const at = left.indexOf(`${toHex(script)}:${amount}`)
    if (at < 0) return { ok: false, detail: 'the transaction has no such output' }
    left.splice(at, 1)
    return { ok: true, detail: null }
  })
  return {
    state: 'mined',
    final: block.confirmations >= context.confirmations,
    block_number: BigInt(block.height),
    block_hash: found.block_hash,
    confirmations: block.confirmations,
    payments,
    // What it spends is in the intent: the txid, which is computed from it, names the same coins.
    fee: sum(draftOf(context, intent).inputs) - sum(outputs),
  }
}
