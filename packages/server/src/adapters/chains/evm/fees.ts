import { z } from 'zod'
import type { EvmContext } from './context.ts'
import { quantity } from './rpc.ts'

export type Fees = { readonly max_fee_per_gas: bigint; readonly max_priority_fee_per_gas: bigint }

/**
 * Wei per gas (EIP-1559). Twice the base fee stays payable through six full blocks in a row, each of which may raise
 * it by an eighth; what is not needed is not charged.
 */
export async function currentFees(context: EvmContext): Promise<Fees> {
  const [block, tip] = await Promise.all([
    context.rpc('eth_getBlockByNumber', ['latest', false], z.object({ baseFeePerGas: quantity })),
    context.rpc('eth_maxPriorityFeePerGas', [], quantity),
  ])
  return { max_fee_per_gas: 2n * block.baseFeePerGas + tip, max_priority_fee_per_gas: tip }
}
