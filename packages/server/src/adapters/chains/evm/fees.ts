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
    context.any('eth_getBlockByNumber', ['latest', false], z.object({ baseFeePerGas: quantity })),
    context.any('eth_maxPriorityFeePerGas', [], quantity),
  ])
  return { max_fee_per_gas: 2n * block.baseFeePerGas + tip, max_priority_fee_per_gas: tip }
}

/**
 * Fees that replace a transaction in every node's pool, and are still what the network asks. Both fields have to rise:
 * geth wants a tenth more on each, Parity's heirs an eighth. Rounded up, because an eighth of little is nothing.
 */
export async function raisedFees(context: EvmContext, last: Fees): Promise<Fees> {
  const now = await currentFees(context)
  const max_priority_fee_per_gas = larger(raise(last.max_priority_fee_per_gas), now.max_priority_fee_per_gas)
  const max_fee_per_gas = larger(raise(last.max_fee_per_gas), now.max_fee_per_gas)
  // A tip above the maximum is no valid transaction.
  return { max_fee_per_gas: larger(max_fee_per_gas, max_priority_fee_per_gas), max_priority_fee_per_gas }
}

function raise(fee: bigint): bigint {
  const risen = (fee * 9n + 7n) / 8n
  return risen > fee ? risen : fee + 1n
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
