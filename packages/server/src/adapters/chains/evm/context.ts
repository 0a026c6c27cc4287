import { type Address, getAddress } from 'viem'
import { publicKeyToAddress } from 'viem/accounts'
import type { Crypto } from '../../../lib/money.ts'
import { assert } from '../../../lib/assert.ts'
import type { Signer } from '../../signer.ts'
import { checkNode, checkTokens, checkVault } from './checkNetwork.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { once } from '../../../lib/once.ts'
import { createRpc } from './rpc.ts'
import { VAULT_BATCH_MAX } from './vault.ts'

export type EvmConfig = {
  /** The merchant's word for it: `ethereum`, `base`, … */
  readonly network: string
  readonly chain_id: number
  /** The only node; it is believed. */
  readonly rpc_url?: string | undefined
  /** Or several: what decides about money is read from two that agree, and sent to all. */
  readonly rpc_urls?: readonly string[] | undefined
  /** Hash of block 0. Where it is given, a node of a fork with the same number is refused. */
  readonly genesis?: string | undefined
  /** The allow-list: assets payable here, by contract. */
  readonly tokens: { readonly USDT?: Address | undefined; readonly USDC?: Address | undefined }
  /** A PayoutVault that holds the tokens, with our wallet as its operator. Without, the wallet holds and pays them. */
  readonly vault?: Address | undefined
  /** Of a simulated chain: where it is told to refuse a payee. */
  readonly sim_url?: string | undefined
  /** Symbol of the coin that pays for gas, ETH when absent. ETH is payable only where it is ETH. */
  readonly coin?: 'ETH' | 'POL' | undefined
  /** For one RPC call, 10,000 when absent. */
  readonly timeout_ms?: number
  /** Block tag below which nothing is ever undone. */
  readonly final_tag?: 'finalized'
  /** Further addresses never to pay to, such as other wallets of ours. */
  readonly forbidden?: readonly Address[]
}

/**
 * What the verbs of one EVM chain share. The ways to ask (`any`, `agreed`, …) are those of Nodes, and open only once the
 * network has shown to be the right one with the right tokens.
 */
export type EvmContext = Nodes & {
  readonly network: string
  readonly chain_id: number
  readonly coin: 'ETH' | 'POL'
  readonly final_tag: 'finalized'
  readonly tokens: ReadonlyMap<Crypto, Address>
  readonly vault: Address | null
  readonly forbidden: ReadonlySet<Address>
  readonly signer: Signer
  readonly wallet: () => Promise<Address>
  /**
   * Before anything is planned: the vault is ours to pay from. What is under way can be judged without it, because an
   * intent says itself which account pays.
   * @throws ProviderError `refused`
   */
  readonly checkVault: () => Promise<void>
}

/** @throws Error when an address of the configuration is not one, or no node is given. */
export function createContext(config: EvmConfig, signer: Signer): EvmContext {
  const { network, chain_id, genesis, timeout_ms = 10_000 } = config
  const tokens = new Map<Crypto, Address>()
  for (const asset of ['USDT', 'USDC'] as const) {
    const token = config.tokens[asset]
    if (token) tokens.set(asset, getAddress(token))
  }
  const vault = config.vault === undefined ? null : getAddress(config.vault)
  const [first, ...others] = (config.rpc_urls ?? [config.rpc_url ?? []].flat()).map((url) => {
    const rpc = createRpc(network, url, timeout_ms)
    return { rpc, check: once(async () => checkNode(rpc, network, { chain_id, genesis })) }
  })
  if (!first) throw new Error(`${network} has no rpc_url`)
  const nodes = createNodes(network, [first, ...others])
  const ready = once(async () => checkTokens(nodes.any, network, tokens))
  const wallet = once(async () => publicKeyToAddress(await signer.publicKey()))
  return {
    network,
    chain_id,
    coin: config.coin ?? 'ETH',
    final_tag: config.final_tag ?? 'finalized',
    tokens,
    vault,
    forbidden: new Set(
      [...(config.forbidden ?? []), ...(vault ? [vault] : [])].map((one) => getAddress(one)),
    ),
    signer,
    wallet,
    checkVault: once(async () => {
      if (vault) await checkVault(nodes.any, network, vault, await wallet())
    }),
    any: async (...call) => {
      await ready()
      return nodes.any(...call)
    },
    agreed: async (...call) => {
      await ready()
      return nodes.agreed(...call)
    },
    two: async (read) => {
      await ready()
      return nodes.two(read)
    },
    all: async (act) => {
      await ready()
      return nodes.all(act)
    },
  }
}

/** The contract of a token, or null for the chain's own coin. Any other asset is a bug of the caller. */
export function tokenOf(context: EvmContext, asset: Crypto): Address | null {
  const token = context.tokens.get(asset)
  if (token) return token
  assert(asset === 'ETH' && context.coin === 'ETH', `${asset} is not payable on ${context.network}`)
  return null
}

/** The account that payments of `asset` leave from. */
export async function payerOf(context: EvmContext, asset: Crypto): Promise<Address> {
  return tokenOf(context, asset) && context.vault ? context.vault : context.wallet()
}

/** How many payments of `asset` go into one transaction. */
export function batchMax(context: EvmContext, asset: Crypto): number {
  return tokenOf(context, asset) && context.vault ? VAULT_BATCH_MAX : 1
}
