import { type Abi, type Address, encodeDeployData, getAddress, type Hex } from 'viem'
import { rpc } from '../../packages/sandbox/src/chain/rpc.ts'

/**
 * Deploys a contract from an account that the node signs for. Mines a block.
 * @returns its address. @throws Error when its constructor reverts.
 */
export async function deployed(
  url: string,
  from: Address,
  artifact: { abi: unknown; bytecode: string },
  args: readonly unknown[],
): Promise<Address> {
  const data = encodeDeployData({ abi: artifact.abi as Abi, bytecode: artifact.bytecode as Hex, args })
  const hash = await rpc<Hex>(url, 'eth_sendTransaction', [{ from, data }])
  await rpc(url, 'evm_mine')
  type Receipt = { status: Hex; contractAddress: Address }
  const receipt = await rpc<Receipt | null>(url, 'eth_getTransactionReceipt', [hash])
  if (receipt?.status !== '0x1') throw new Error('The contract could not be deployed.')
  return getAddress(receipt.contractAddress)
}
