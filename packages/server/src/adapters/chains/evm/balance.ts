import type { Address } from 'viem'
import type { Crypto } from '../../../lib/money.ts'
import { type EvmContext, payerOf, tokenOf } from './context.ts'
import { encodeBalanceOf } from './erc20.ts'
import { quantity } from './rpc.ts'

/** What `address` holds of `asset` at the head, in minor units. @throws ProviderError */
export async function balanceOf(context: EvmContext, asset: Crypto, address: Address): Promise<bigint> {
  const token = tokenOf(context, asset)
  if (!token) return coinBalance(context, address)
  return context.agreed('eth_call', [{ to: token, data: encodeBalanceOf(address) }, 'latest'], quantity)
}

/** What payouts are paid from: the vault's tokens where there is a vault, else the wallet's. @throws ProviderError */
export async function balance(context: EvmContext, asset: Crypto): Promise<bigint> {
  await context.checkVault()
  return balanceOf(context, asset, await payerOf(context, asset))
}

/** Wei of the coin that pays for gas, which is not an asset everywhere. @throws ProviderError */
export async function coinBalance(context: EvmContext, address: Address): Promise<bigint> {
  return context.agreed('eth_getBalance', [address, 'latest'], quantity)
}

/** Transactions of the wallet in blocks so far. @throws ProviderError */
export async function chainNonce(context: EvmContext): Promise<bigint> {
  return context.agreed('eth_getTransactionCount', [await context.wallet(), 'latest'], quantity)
}

/** The same with what waits in a node's pool. One node is enough: more than expected is bad news whoever tells it. */
export async function pendingNonce(context: EvmContext): Promise<bigint> {
  return context.any('eth_getTransactionCount', [await context.wallet(), 'pending'], quantity)
}
