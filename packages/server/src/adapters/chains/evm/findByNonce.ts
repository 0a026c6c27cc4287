import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { SpentNonce } from '../../chain.ts'
import type { EvmContext } from './context.ts'
import { sentSchema } from './judge.ts'
import { hash, quantity } from './rpc.ts'

const block = z.object({ transactions: z.array(sentSchema.extend({ hash, nonce: quantity })) })
const hexOf = (number: bigint) => `0x${number.toString(16)}`

/**
 * The transaction with which the wallet used a nonce: the first block after which more nonces are used, by halving, and
 * then the transaction in it. Null: the nonce is unused, or the node does not keep the states of old blocks.
 * @throws ProviderError when the node does not answer
 */
export async function findByNonce(context: EvmContext, nonce: bigint): Promise<SpentNonce | null> {
  const wallet = await context.wallet()
  const usedAt = (number: bigint) => context.any('eth_getTransactionCount', [wallet, hexOf(number)], quantity)
  try {
    let [low, high] = [0n, await context.any('eth_blockNumber', [], quantity)]
    if ((await usedAt(high)) <= nonce) return null
    while (low < high) {
      const middle = (low + high) / 2n
      if ((await usedAt(middle)) > nonce) high = middle
      else low = middle + 1n
    }
    const { transactions } = await context.any('eth_getBlockByNumber', [hexOf(low), true], block)
    const found = transactions.find(
      (one) => one.from.toLowerCase() === wallet.toLowerCase() && one.nonce === nonce,
    )
    return found ? { hash: found.hash, to: found.to, value: found.value } : null
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'refused') return null
    throw error
  }
}
