import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { type SandboxBitcoin, startBitcoin } from '../../packages/sandbox/src/bitcoin.ts'
import { bitcoinAddressOf } from '../../packages/sandbox/src/bitcoin/address.ts'
import type { Chain } from '../../packages/server/src/adapters/chain.ts'
import type { ChainWorld } from '../../packages/server/src/adapters/conformance/chain.ts'
import {
  type BitcoinConfig,
  createBitcoinChain,
} from '../../packages/server/src/adapters/chains/bitcoin/index.ts'
import { openBitcoinSigner } from './openBitcoinSigner.ts'
import { bitcoinRpc } from './bitcoinRpc.ts'

export const TREASURY_KEY: Hex = `0x${'5c'.repeat(32)}`

/** A node of its own for one test file. It mines only when told, so that a test sees every step. */
export type BitcoinTestWorld = ChainWorld & {
  readonly node: Pick<SandboxBitcoin, 'rpc_url' | 'stop'>
  readonly config: BitcoinConfig
  /** The same wallet with another configuration. */
  chainWith(change: Partial<BitcoinConfig>): Chain
  /** A chain on the same node that pays from another wallet, which the node watches. */
  chainOf(key: Hex): Promise<Chain>
  rpc<T>(method: string, ...params: unknown[]): Promise<T>
}

/** Starts the sandbox's node, with a treasury of 24 coins, and opens the adapter on it. */
export async function openBitcoinWorld(): Promise<BitcoinTestWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-bitcoin-'))
  const treasury = bitcoinAddressOf(TREASURY_KEY)
  const node = await startBitcoin({ folder, port: 0, treasury, block_time_s: 0 })
  const close = async () => {
    await node.stop()
    await rm(folder, { recursive: true })
  }
  try {
    return await worldOn({ rpc_url: node.rpc_url, stop: node.stop }, { wallet: 'skiro' }, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** The adapter on a node that runs. @param watch `wallet` of a node that has wallets, else nothing */
export async function worldOn(
  node: BitcoinTestWorld['node'],
  watch: Pick<BitcoinConfig, 'wallet'>,
  close: () => Promise<void>,
): Promise<BitcoinTestWorld> {
  const { rpc_url } = node
  const config: BitcoinConfig = {
    network: 'bitcoin',
    chain: 'regtest',
    rpc_url,
    timeout_ms: 10_000,
    ...watch,
  }
  const signer = openBitcoinSigner(TREASURY_KEY)
  const rpc = async <T>(method: string, ...params: unknown[]) => bitcoinRpc<T>(rpc_url, method, ...params)
  const chainWith = (change: Partial<BitcoinConfig>) => createBitcoinChain({ ...config, ...change }, signer)
  const chainOf = async (key: Hex) => {
    if (watch.wallet !== undefined) {
      await rpc('importdescriptors', [{ desc: `addr(${bitcoinAddressOf(key)})`, timestamp: 'now' }])
    }
    return createBitcoinChain(config, openBitcoinSigner(key))
  }
  const payee = newPayee()
  return {
    node,
    config,
    chainWith,
    chainOf,
    rpc,
    chain: chainWith({}),
    penniless: await chainOf(generatePrivateKey()),
    misconfigured: chainWith({ chain: 'signet' }),
    unreachable: chainWith({ rpc_url: 'http://skiro:api-key-in-url@127.0.0.1:1/api-key-in-url' }),
    blocks_to_final: 5,
    good_addresses: [
      [payee.toUpperCase(), payee],
      [` ${payee}\n`, payee],
    ],
    bad_addresses: BAD_ADDRESSES,
    unit: () => 123_457n,
    newPayee,
    mine: async (blocks) => rpc('generatetoaddress', blocks, newPayee()),
    undo: async (blocks) => {
      const height = await rpc<number>('getblockcount')
      await rpc('invalidateblock', await rpc('getblockhash', height - blocks + 1))
      await rpc('skiro_clearmempool')
    },
    close,
  }
}

/** An address that no one has used. */
export function newPayee(): string {
  return bitcoinAddressOf(`0x${randomBytes(32).toString('hex')}`)
}

const BAD_ADDRESSES: ChainWorld['bad_addresses'] = [
  ['', 'malformed'],
  ['bcrt1', 'bad_checksum'],
  ['satoshi@example.com', 'malformed'],
  ['bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 'malformed'],
  ['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080x', 'bad_checksum'],
  ['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081', 'bad_checksum'],
  ['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7KYGT080', 'malformed'],
  ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'wrong_network'],
  ['tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'wrong_network'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'wrong_network'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'bad_checksum'],
  ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', 'wrong_network'],
  ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'wrong_chain'],
  ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'wrong_chain'],
  ['EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'wrong_chain'],
  ['0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', 'unsupported_type'],
]
