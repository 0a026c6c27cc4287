import { type Address, getAddress } from 'viem'
import { publicKeyToAddress } from 'viem/accounts'
import type { Crypto } from '../../../lib/money.ts'
import { assert } from '../../../lib/assert.ts'
import type { Signer } from '../../signer.ts'
import { checkNetwork } from './checkNetwork.ts'
import { once } from './once.ts'
import { createRpc, type Rpc } from './rpc.ts'

export type EvmConfig = {
  /** The merchant's word for it: `ethereum`, `base`, … */
  readonly network: string
  readonly chain_id: number
  readonly rpc_url: string
  /** The allow-list: assets payable here, by contract. */
  readonly tokens: { readonly USDT?: Address | undefined; readonly USDC?: Address | undefined }
  /** Of a simulated chain: where it is told to refuse a payee. */
  readonly sim_url?: string | undefined
  /** Symbol of the coin that pays for gas, ETH when absent. ETH is payable only where it is ETH. */
  readonly coin?: string
  /** For one RPC call, 10,000 when absent. */
  readonly timeout_ms?: number
  /** Block tag below which nothing is ever undone. */
  readonly final_tag?: 'finalized'
  /** Further addresses never to pay to, such as other wallets of ours. */
  readonly forbidden?: readonly Address[]
}

/** What the verbs of one EVM chain share. */
export type EvmContext = {
  readonly network: string
  readonly chain_id: number
  readonly coin: string
  readonly final_tag: 'finalized'
  readonly tokens: ReadonlyMap<Crypto, Address>
  readonly forbidden: ReadonlySet<Address>
  readonly signer: Signer
  /** Asks the node, but only once it has shown to be on the right chain with the right tokens. */
  readonly rpc: Rpc
  readonly wallet: () => Promise<Address>
}

/** @throws Error when an address of the configuration is not one. */
export function createContext(config: EvmConfig, signer: Signer): EvmContext {
  const tokens = new Map<Crypto, Address>()
  for (const asset of ['USDT', 'USDC'] as const) {
    const token = config.tokens[asset]
    if (token) tokens.set(asset, getAddress(token))
  }
  const unchecked = createRpc(config.network, config.rpc_url, config.timeout_ms ?? 10_000)
  const ready = once(async () => checkNetwork(unchecked, config.network, config.chain_id, tokens))
  return {
    network: config.network,
    chain_id: config.chain_id,
    coin: config.coin ?? 'ETH',
    final_tag: config.final_tag ?? 'finalized',
    tokens,
    forbidden: new Set((config.forbidden ?? []).map((address) => getAddress(address))),
    signer,
    rpc: async (method, params, answer) => {
      await ready()
      return unchecked(method, params, answer)
    },
    wallet: once(async () => publicKeyToAddress(await signer.publicKey())),
  }
}

/** The contract of a token, or null for the chain's own coin. Any other asset is a bug of the caller. */
export function tokenOf(context: EvmContext, asset: Crypto): Address | null {
  const token = context.tokens.get(asset)
  if (token) return token
  assert(asset === 'ETH' && context.coin === 'ETH', `${asset} is not payable on ${context.network}`)
  return null
}
