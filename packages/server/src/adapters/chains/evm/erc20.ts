import { type Address, encodeFunctionData, type Hex, parseAbi } from 'viem'

// `transfer` without an output: USDT returns nothing, and an ABI that says bool fails on it.
const ABI = parseAbi([
  'function transfer(address to, uint256 value)',
  'function balanceOf(address account) view returns (uint256)',
  'function decimals() view returns (uint256)',
  'function basisPointsRate() view returns (uint256)',
  'function isBlackListed(address account) view returns (bool)',
  'function isBlacklisted(address account) view returns (bool)',
])

/** keccak256 of `Transfer(address,address,uint256)` (ERC-20). */
export const TRANSFER_TOPIC: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** Call data of `transfer(to, value)`. */
export function encodeTransfer(to: Address, value: bigint): Hex {
  return encodeFunctionData({ abi: ABI, functionName: 'transfer', args: [to, value] })
}

/** Call data of `balanceOf(account)`. */
export function encodeBalanceOf(account: Address): Hex {
  return encodeFunctionData({ abi: ABI, functionName: 'balanceOf', args: [account] })
}

/** Call data of a read without arguments. */
export function encodeRead(functionName: 'decimals' | 'basisPointsRate'): Hex {
  return encodeFunctionData({ abi: ABI, functionName })
}

/** Call data that asks whether a token bars an account. Tether and Circle spell it differently. */
export function encodeIsListed(asset: 'USDT' | 'USDC', account: Address): Hex {
  const functionName = asset === 'USDT' ? 'isBlackListed' : 'isBlacklisted'
  return encodeFunctionData({ abi: ABI, functionName, args: [account] })
}
