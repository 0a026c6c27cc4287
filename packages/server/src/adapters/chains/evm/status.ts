import { z } from 'zod'
import type { Transfer, TransferStatus } from '../../chain.ts'
import type { EvmContext } from './context.ts'
import { judge, receiptSchema } from './judge.ts'
import { hash, quantity } from './rpc.ts'

const block = z.object({ number: quantity, hash })
const known = z.looseObject({}).nullable()

/**
 * Where the transaction `txHash` stands and whether it made the `expected` transfer.
 * A receipt counts only if its block is the one now standing at its height: nodes behind one URL can lag or disagree.
 * @throws ProviderError
 */
export async function status(
  context: EvmContext,
  txHash: string,
  expected: Transfer,
): Promise<TransferStatus> {
  const { rpc } = context
  const receipt = await rpc('eth_getTransactionReceipt', [txHash], receiptSchema.nullable())
  if (!receipt) {
    const seen = await rpc('eth_getTransactionByHash', [txHash], known)
    return { state: seen ? 'waiting' : 'unseen' }
  }
  const height = `0x${receipt.blockNumber.toString(16)}`
  const [head, final, canonical] = await Promise.all([
    rpc('eth_blockNumber', [], quantity),
    rpc('eth_getBlockByNumber', [context.final_tag, false], block),
    rpc('eth_getBlockByNumber', [height, false], block.nullable()),
  ])
  if (canonical?.hash !== receipt.blockHash) return { state: 'waiting' }
  const detail = await judge(context, txHash, receipt, expected)
  const confirmations = head >= receipt.blockNumber ? Number(head - receipt.blockNumber) + 1 : 1
  return {
    state: 'mined',
    final: receipt.blockNumber <= final.number,
    block_number: receipt.blockNumber,
    block_hash: receipt.blockHash,
    confirmations,
    ok: detail === null,
    detail,
    fee: receipt.gasUsed * receipt.effectiveGasPrice + (receipt.l1Fee ?? 0n),
  }
}
