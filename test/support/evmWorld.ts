import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { type SandboxChain, startChain } from '../../packages/sandbox/src/chain.ts'
import type { Chain } from '../../packages/server/src/adapters/chain.ts'
import type { ChainWorld } from '../../packages/server/src/adapters/conformance/chain.ts'
import { createOpenSigner } from '../../packages/server/src/adapters/conformance/openSigner.ts'
import { createLocalSigner } from '../../packages/server/src/adapters/signers/local.ts'
import { createEvmChain, type EvmConfig } from '../../packages/server/src/adapters/chains/evm/index.ts'

const TREASURY_KEY: Hex = `0x${'5c'.repeat(32)}`

/**
 * A node of its own for one test file. It mines only when told, so that a test sees every step.
 */
export type EvmTestWorld = ChainWorld & {
  readonly node: SandboxChain
  readonly config: EvmConfig
  /** The same wallet with another configuration. */
  chainWith(change: Partial<EvmConfig>): Chain
  rpc<T>(method: string, ...params: unknown[]): Promise<T>
}

/** Starts anvil with the test tokens and opens the adapter on it, with a vault unless told otherwise. */
export async function openTestWorld(options: { vault?: false } = {}): Promise<EvmTestWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-evm-'))
  const state_file = join(folder, 'chain.json')
  const node = await startChain({ state_file, port: 0, treasury_key: TREASURY_KEY, block_time_s: 0 })
  const { chain_id, tokens, rpc_url } = node
  const plain: EvmConfig = { network: 'ethereum', chain_id, tokens, rpc_url, timeout_ms: 2_000 }
  const config: EvmConfig = options.vault === false ? plain : { ...plain, vault: node.vault }
  const signer = createOpenSigner(createLocalSigner(TREASURY_KEY))
  const chainWith = (change: Partial<EvmConfig>) => createEvmChain({ ...config, ...change }, signer)
  const rpc = async <T>(method: string, ...params: unknown[]) => request<T>(rpc_url, method, params)
  const payee = newPayee()
  return {
    node,
    config,
    chainWith,
    rpc,
    chain: chainWith({}),
    penniless: createEvmChain(plain, createOpenSigner(createLocalSigner(generatePrivateKey()))),
    misconfigured: chainWith({ network: 'base', chain_id: 8453 }),
    unreachable: chainWith({ rpc_url: 'http://127.0.0.1:1/api-key-in-url' }),
    blocks_to_final: 2,
    good_addresses: [
      [payee.toLowerCase(), payee],
      [` ${payee}\n`, payee],
    ],
    bad_addresses: [
      ...badAddresses(tokens.USDT),
      ...(config.vault ? [[config.vault, 'forbidden'] as const] : []),
    ],
    // 1.000001 of it, or as near as it has decimals.
    unit: (asset) => (asset === 'ETH' ? 10n ** 18n + 1n : 1_000_001n),
    newPayee,
    mine: async (blocks) => rpc('anvil_mine', `0x${blocks.toString(16)}`),
    undo: async (blocks) => rpc('anvil_rollback', blocks),
    close: async () => {
      await node.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** An address that no one has used. */
export function newPayee(): Address {
  return privateKeyToAddress(generatePrivateKey())
}

async function request<T>(url: string, method: string, params: unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const answer = (await response.json()) as { result: T; error?: { message: string } }
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
  return answer.result
}

function badAddresses(token: Address): ChainWorld['bad_addresses'] {
  return [
    ['', 'malformed'],
    ['0x', 'malformed'],
    ['52908400098527886E0F7030069857D2E4169EE7', 'malformed'],
    ['0x52908400098527886E0F7030069857D2E4169EE', 'malformed'],
    ['0x52908400098527886E0F7030069857D2E4169EEg', 'malformed'],
    ['0X52908400098527886E0F7030069857D2E4169EE7', 'malformed'],
    [`0x${'12'.repeat(32)}`, 'malformed'],
    ['vitalik.eth', 'malformed'],
    // An example of EIP-55 with the case of its last letter turned.
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', 'bad_checksum'],
    ['0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED', 'bad_checksum'],
    ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'wrong_chain'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'wrong_chain'],
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'wrong_chain'],
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'wrong_chain'],
    ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', 'wrong_chain'],
    ['EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'wrong_chain'],
    [`0x${'0'.repeat(40)}`, 'forbidden'],
    [`0x${'1'.padStart(40, '0')}`, 'forbidden'],
    ['0x000000000000000000000000000000000000dEaD', 'forbidden'],
    [token, 'forbidden'],
    [token.toLowerCase(), 'forbidden'],
  ]
}
