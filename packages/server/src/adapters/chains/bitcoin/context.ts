import { p2wpkh } from '@scure/btc-signer'
import { assert } from '../../../lib/assert.ts'
import { once } from '../../../lib/once.ts'
import type { Signer } from '../../signer.ts'
import { checkNode } from './checkNode.ts'
import { BITCOIN_NETWORKS, type BitcoinChain, type BitcoinNetwork } from './networks.ts'
import { createRpc, type Rpc } from './rpc.ts'
import { watchByIndex } from './watchByIndex.ts'
import { watchByWallet } from './watchByWallet.ts'
import type { Watch } from './watch.ts'

export type BitcoinConfig = {
  readonly network: 'bitcoin'
  readonly chain: BitcoinChain
  /** Of the node, with `user:password@` where it wants them. */
  readonly rpc_url: string
  /** A watch-only wallet of the node that knows our address. Without: the node keeps an index of addresses (btcd). */
  readonly wallet?: string | undefined
  /** Blocks that hold a payment, its own included, until it is final. 6 when absent. */
  readonly confirmations?: number | undefined
  /** Payments of one transaction at most. 250 when absent. */
  readonly max_outputs?: number | undefined
  /** Within how many blocks a payment should be in one, for the estimate of its fee. 3 when absent. */
  readonly target_blocks?: number | undefined
  /** Satoshi per vB while the node cannot estimate. 10 when absent. */
  readonly fallback_fee_rate?: number | undefined
  /** Smallest payment, satoshi, 546 when absent; never below what the network takes for dust. */
  readonly min_payment?: number | undefined
  /**
   * Whether change may be spent before it is in a block. False when absent: what spends it is void once another version
   * of what made it is mined. Then a wallet of few coins waits for blocks.
   */
  readonly spend_unconfirmed?: boolean | undefined
  /** For one RPC call, 10,000 when absent. */
  readonly timeout_ms?: number | undefined
  /** Further addresses never to pay to, such as other wallets of ours. */
  readonly forbidden?: readonly string[] | undefined
}

/** The hot wallet: one key, pay-to-witness-public-key-hash, which any signer of ECDSA can spend. */
export type Wallet = {
  readonly address: string
  /** Of its outputs. */
  readonly script: Uint8Array
  /** Compressed, 33 bytes. */
  readonly public_key: Uint8Array
}

/** What the verbs of one Bitcoin chain share. */
export type BitcoinContext = {
  readonly network: string
  readonly chain: BitcoinChain
  readonly params: BitcoinNetwork
  readonly confirmations: number
  readonly max_outputs: number
  readonly target_blocks: number
  /** Satoshi per 1000 vB. */
  readonly fallback_fee_rate: bigint
  readonly min_payment: bigint
  readonly spend_unconfirmed: boolean
  readonly forbidden: ReadonlySet<string>
  readonly signer: Signer
  /** Asks the node, but only once it has shown to be on the right chain and to watch our wallet. */
  readonly rpc: Rpc
  /** Settles once the node has shown that. @throws ProviderError */
  readonly ready: () => Promise<void>
  readonly watch: Watch
  readonly wallet: () => Promise<Wallet>
}

export function createContext(config: BitcoinConfig, signer: Signer): BitcoinContext {
  const { network, chain } = config
  const params = BITCOIN_NETWORKS[chain]
  const wallet = once(async () => walletOf(await signer.publicKey(), params))
  const unchecked = createRpc(network, walletUrl(config), config.timeout_ms ?? 10_000)
  const ready = once(async () => checkNode(unchecked, config, params, (await wallet()).address))
  const rpc: Rpc = async (method, question, answer) => {
    await ready()
    return unchecked(method, question, answer)
  }
  return {
    network,
    chain,
    params,
    confirmations: config.confirmations ?? 6,
    max_outputs: config.max_outputs ?? 250,
    target_blocks: config.target_blocks ?? 3,
    fallback_fee_rate: BigInt(Math.ceil((config.fallback_fee_rate ?? 10) * 1000)),
    min_payment: BigInt(config.min_payment ?? 546),
    spend_unconfirmed: config.spend_unconfirmed ?? false,
    forbidden: new Set(config.forbidden),
    signer,
    rpc,
    ready,
    watch: config.wallet === undefined ? watchByIndex(rpc) : watchByWallet(rpc),
    wallet,
  }
}

/** Bitcoin Core finds the wallet by the path, and answers everything else there too. */
function walletUrl({ rpc_url, wallet }: BitcoinConfig): string {
  if (wallet === undefined) return rpc_url
  const url = new URL(rpc_url)
  url.pathname = `/wallet/${encodeURIComponent(wallet)}`
  return url.href
}

function walletOf(publicKey: `0x${string}`, params: BitcoinNetwork): Wallet {
  const whole = Buffer.from(publicKey.slice(2), 'hex')
  assert(whole.length === 65 && whole[0] === 4, 'a signer gives its public key uncompressed')
  const odd = (whole[64] ?? 0) % 2
  const public_key = Uint8Array.from([2 + odd, ...whole.subarray(1, 33)])
  const { address, script } = p2wpkh(public_key, params)
  assert(address !== undefined, 'a public key has an address')
  return { address, script, public_key }
}
