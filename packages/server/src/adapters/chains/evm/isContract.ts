import { getAddress } from 'viem'
import type { EvmContext } from './context.ts'
import { hex } from './rpc.ts'

// EIP-7702: a person's account that has lent itself a contract's code still has the person's key.
const DELEGATED = /^0xef0100[0-9a-f]{40}$/i

/** Whether the account at `address` is code that no key controls. @throws ProviderError */
export async function isContract(context: EvmContext, address: string): Promise<boolean> {
  const code = await context.any('eth_getCode', [getAddress(address), 'latest'], hex)
  return code !== '0x' && !DELEGATED.test(code)
}
