import { type Address, isAddressEqual } from 'viem'
import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import { ASSETS, type Crypto } from '../../../lib/money.ts'
import { encodeRead } from './erc20.ts'
import { WrongChain } from './nodes.ts'
import { revertReason } from './revert.ts'
import { hash, hex, quantity, type Rpc } from './rpc.ts'
import { encodeVaultRead } from './vault.ts'

/** A chain by its number, and by the hash of its first block where one is pinned: forks share the number. */
export type ChainIdentity = { readonly chain_id: number; readonly genesis: string | undefined }

/**
 * Proves that a node serves the chain we mean. A URL of the wrong network would otherwise read balances and receipts of
 * strangers.
 * @throws WrongChain when it serves another.
 */
export async function checkNode(
  rpc: Rpc,
  network: string,
  { chain_id, genesis }: ChainIdentity,
): Promise<void> {
  const served = await rpc('eth_chainId', [], quantity)
  if (served !== BigInt(chain_id)) {
    throw new WrongChain(network, 'refused', `the node serves chain ${served}, ${network} is ${chain_id}`)
  }
  if (genesis === undefined) return
  const first = await rpc('eth_getBlockByNumber', ['0x0', false], z.object({ hash }))
  if (first.hash.toLowerCase() === genesis.toLowerCase()) return
  throw new WrongChain(
    network,
    'refused',
    `the node's chain begins with block ${first.hash}, ${network} with ${genesis}`,
  )
}

/**
 * Proves that each token counts in the units our ledger counts in.
 * @throws ProviderError `refused` when one does not, or is no token.
 */
export async function checkTokens(
  rpc: Rpc,
  network: string,
  tokens: ReadonlyMap<Crypto, Address>,
): Promise<void> {
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

/**
 * Proves that the vault is one, that our wallet is its operator, and that our wallet does not own it: a hot key that
 * could empty the vault would make it pointless.
 * @throws ProviderError `refused`
 */
export async function checkVault(rpc: Rpc, network: string, vault: Address, wallet: Address): Promise<void> {
  const refuse = (why: string) => new ProviderError(network, 'refused', `the vault ${vault} ${why}`)
  const read = async (name: 'operator' | 'owner'): Promise<Address> => {
    const call = { to: vault, data: encodeVaultRead(name) }
    const answer = await rpc('eth_call', [call, 'latest'], hex).catch((error: unknown) => {
      if (revertReason(error) === null) throw error
      return '0x'
    })
    if (!/^0x0{24}[0-9a-fA-F]{40}$/.test(answer)) throw refuse('is no PayoutVault')
    return `0x${answer.slice(26)}`
  }
  const [operator, owner] = [await read('operator'), await read('owner')]
  if (!isAddressEqual(operator, wallet))
    throw refuse(`has the operator ${operator}, and our wallet is ${wallet}`)
  if (isAddressEqual(owner, wallet)) throw refuse('is owned by our own hot wallet')
}
