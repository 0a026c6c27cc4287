import { type Address, isAddressEqual } from 'viem'
import { z } from 'zod'
import { toDecimalString } from '../../../lib/money.ts'
import type { Transfer } from '../../chain.ts'
import { type EvmContext, tokenOf } from './context.ts'
import { TRANSFER_TOPIC } from './erc20.ts'
import { hash, hex, quantity } from './rpc.ts'

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)])

export const receiptSchema = z.object({
  status: quantity,
  blockNumber: quantity,
  blockHash: hash,
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  /** OP-stack chains charge for their data on Ethereum apart from gas. */
  l1Fee: quantity.nullish(),
  logs: z.array(z.object({ address, topics: z.array(hash), data: hex })),
})

export type Receipt = z.infer<typeof receiptSchema>

const sent = z.object({ from: address, to: address.nullable(), value: quantity })

/**
 * Null when the mined transaction made exactly the `expected` transfer, else what it did instead.
 * A token's word is its Transfer log, and only from the allow-listed contract: anyone can emit such a log, and a
 * successful `transfer` of a token that takes a fee still delivers less.
 */
export async function judge(
  context: EvmContext,
  txHash: string,
  receipt: Receipt,
  expected: Transfer,
): Promise<string | null> {
  if (receipt.status !== 1n) return 'the transaction reverted'
  const wallet = await context.wallet()
  const token = tokenOf(context, expected.asset)
  if (token) return judgeLogs(receipt, token, wallet, expected)
  const tx = await context.rpc('eth_getTransactionByHash', [txHash], sent)
  const right =
    tx.to !== null && isAddressEqual(tx.to, expected.to as Address) && isAddressEqual(tx.from, wallet)
  if (!right) return 'the transaction pays another address or is not by the wallet'
  return tx.value === expected.amount ? null : instead(tx.value, expected)
}

function judgeLogs(receipt: Receipt, token: Address, wallet: Address, expected: Transfer): string | null {
  const amounts = receipt.logs
    .filter((log) => isAddressEqual(log.address, token) && log.topics[0] === TRANSFER_TOPIC)
    .filter(({ topics, data }) => names(topics[1], wallet) && names(topics[2], expected.to) && data !== '0x')
    .map((log) => BigInt(log.data))
  if (amounts.includes(expected.amount)) return null
  const [first] = amounts
  return first === undefined ? 'no Transfer of the token to the payee was logged' : instead(first, expected)
}

/** Whether an indexed address of a log, padded to 32 bytes, is `account`. */
function names(topic: string | undefined, account: string): boolean {
  return topic !== undefined && BigInt(topic) === BigInt(account)
}

function instead(amount: bigint, { asset, amount: due }: Transfer): string {
  const [got, expected] = [amount, due].map((n) => toDecimalString({ amount: n, asset }))
  return `the payee received ${got} ${asset} instead of ${expected}`
}
