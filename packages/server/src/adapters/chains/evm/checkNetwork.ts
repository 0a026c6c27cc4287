import type { Address } from 'viem'
import { ProviderError } from '../../../lib/errors.ts'
import { ASSETS, type Crypto } from '../../../lib/money.ts'
import { encodeRead } from './erc20.ts'
import { hex, quantity, type Rpc } from './rpc.ts'

/**
 * Proves that the node serves the chain we mean and that each token counts in the units our ledger counts in.
 * A URL of the wrong network would otherwise read balances and receipts of strangers.
 * @throws ProviderError `refused` when something differs.
 */
export async function checkNetwork(
  rpc: Rpc,
  network: string,
  chainId: number,
  tokens: ReadonlyMap<Crypto, Address>,
): Promise<void> {
  const served = await rpc('eth_chainId', [], quantity)
  if (served !== BigInt(chainId)) {
    throw new ProviderError(network, 'refused', `the node serves chain ${served}, ${network} is ${chainId}`)
  }
  for (const [asset, token] of tokens) {
    const answer = await rpc('eth_call', [{ to: token, data: encodeRead('decimals') }, 'latest'], hex)
    // An address without code answers every call with nothing.
    if (answer !== '0x' && BigInt(answer) === BigInt(ASSETS[asset].decimals)) continue
    throw new ProviderError(
      network,
      'refused',
      `${token} is not a token with ${ASSETS[asset].decimals} decimals`,
    )
  }
}
