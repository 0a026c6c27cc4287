import { type Address, encodeFunctionData, type Hex, keccak256, parseAbi, stringToHex } from 'viem'

/** What we use of contracts/src/PayoutVault.sol, and every error of it, so that a refusal can be told in words. */
export const VAULT_ABI = parseAbi([
  'function pay(bytes32 batchId, address token, address[] to, uint256[] amounts)',
  'function used(bytes32 batchId) view returns (bool)',
  'function operator() view returns (address)',
  'function owner() view returns (address)',
  'error NotOwner()',
  'error NotOperator()',
  'error NotPendingOwner()',
  'error IsPaused()',
  'error BatchUsed(bytes32 batchId)',
  'error NothingToPay()',
  'error LengthMismatch(uint256 payees, uint256 amounts)',
  'error NotAToken(address token)',
  'error SweepFailed()',
  'error BadAddress()',
])

/** keccak256 of `PaymentFailed(bytes32,uint256,address,uint256)`. */
export const PAYMENT_FAILED_TOPIC: Hex = '0x062097a52f9292b00b1f9b1c276fe5d4fde64dd8bde5c62655766161cb9ee411'

/** Most payments in one transaction: beyond 50 the price of each hardly falls, and a block has to have room. */
export const VAULT_BATCH_MAX = 100

/** What the vault lets one transfer use, and what a call of it by itself costs besides. */
export const VAULT_TRANSFER_GAS = 100_000n + 23_000n

/** The id that the vault takes once for all versions of an order. */
export function batchId(orderId: string): Hex {
  return keccak256(stringToHex(orderId))
}

/** Call data of `pay`. `to` and `amounts` go together by position. */
export function encodePay(id: Hex, token: Address, to: readonly Address[], amounts: readonly bigint[]): Hex {
  return encodeFunctionData({ abi: VAULT_ABI, functionName: 'pay', args: [id, token, to, amounts] })
}

/** Call data of a read without arguments. */
export function encodeVaultRead(functionName: 'operator' | 'owner'): Hex {
  return encodeFunctionData({ abi: VAULT_ABI, functionName })
}

/** Call data that asks whether a batch id is used up. */
export function encodeUsed(id: Hex): Hex {
  return encodeFunctionData({ abi: VAULT_ABI, functionName: 'used', args: [id] })
}
