import assert from 'node:assert/strict'
import { type Address, type Hex, encodeFunctionData, parseAbi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { TOKEN_OWNER } from '../../packages/sandbox/src/chain.ts'
import { rpc } from '../../packages/sandbox/src/chain/rpc.ts'
import type { World } from './world.ts'

type OnChain = Pick<World, 'chain'>

/** One JSON-RPC call to the world's node. */
export async function node<T>(world: OnChain, method: string, ...params: unknown[]): Promise<T> {
  return await rpc<T>(world.chain.rpc_url, method, params)
}

const TOKEN = parseAbi(['function pause()', 'function unpause()'])

/** The token's owner pauses or unpauses it, as Tether and Circle can. In a block when it returns. */
export async function asOwner(
  world: OnChain,
  token: 'USDT' | 'USDC',
  functionName: 'pause' | 'unpause',
): Promise<void> {
  const data = encodeFunctionData({ abi: TOKEN, functionName })
  const hash = await node<Hex>(world, 'eth_sendTransaction', {
    from: TOKEN_OWNER,
    to: world.chain.tokens[token],
    data,
  })
  await node(world, 'evm_mine')
  const receipt = await node<{ status: Hex } | null>(world, 'eth_getTransactionReceipt', hash)
  assert.equal(receipt?.status, '0x1', `${functionName} failed`)
}

/** The address that all payouts come from. */
export function treasuryOf(world: Pick<World, 'env'>): Address {
  return privateKeyToAccount(world.env.SKIRO_TEST_SIGNER_KEY).address
}

/** Transactions of the treasury that are in blocks. */
export async function treasuryNonce(world: World): Promise<number> {
  return Number(await node<Hex>(world, 'eth_getTransactionCount', treasuryOf(world), 'latest'))
}

/**
 * Spends the treasury's next nonce with a transaction that the gateway knows nothing of: a second installation with
 * the same key, or a restored backup. Pays one wei to nobody. In a block when it returns.
 */
export async function spendNonceElsewhere(world: World): Promise<void> {
  const account = privateKeyToAccount(world.env.SKIRO_TEST_SIGNER_KEY)
  const nonce = await treasuryNonce(world)
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: world.chain.chain_id,
    nonce,
    to: '0x000000000000000000000000000000000000dEaD',
    value: 1n,
    gas: 21_000n,
    maxFeePerGas: 100_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
  })
  await node(world, 'eth_sendRawTransaction', raw)
  await node(world, 'evm_mine')
  assert.equal(await treasuryNonce(world), nonce + 1)
}
