import type { Intent } from '../../chain.ts'
import type { BitcoinContext } from './context.ts'
import { type Draft, txidOf } from './draft.ts'
import { feeOf, feeRates, max } from './fees.ts'
import { mempoolEntry } from './mempool.ts'
import { NodeRefusal } from './rpc.ts'

/**
 * What another version of `last` has to pay, by its size in vB: an eighth more than before, what all that falls with it
 * paid plus its own way through the network (BIP 125, rules 3 and 4), and what the network asks now.
 * @throws ProviderError
 */
export async function replacementFee(
  context: BitcoinContext,
  last: Intent,
  draft: Draft,
): Promise<(vsize: number) => bigint> {
  const [{ now, incremental }, fallen] = await Promise.all([feeRates(context), fallingFees(context, draft)])
  return (vsize) =>
    max((last.fee * 9n + 7n) / 8n, max(last.fee, fallen) + feeOf(vsize, incremental), feeOf(vsize, now))
}

/** Fees of what leaves the mempool with it: payees may have spent what they were paid already. */
async function fallingFees(context: BitcoinContext, draft: Draft): Promise<bigint> {
  try {
    return (await mempoolEntry(context.rpc, txidOf(draft)))?.fees.descendant ?? 0n
  } catch (error) {
    // A node without this call, such as btcd.
    if (error instanceof NodeRefusal) return 0n
    throw error
  }
}
