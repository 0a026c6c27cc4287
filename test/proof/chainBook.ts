import { type Address, createPublicClient, erc20Abi, getAddress, http, parseAbiItem } from 'viem'
import { treasuryOf } from '../support/chainControls.ts'
import type { World } from '../support/world.ts'
import type { Receipt } from './recording.ts'

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

/** What these addresses received, as the chain's blocks have it now: each token transfer, and the sum of its coins. */
export async function receiptsOf(
  world: Pick<World, 'chain'>,
  addresses: readonly Address[],
): Promise<Receipt[]> {
  const client = createPublicClient({ transport: http(world.chain.rpc_url) })
  const receipts: Receipt[] = []
  const asked = new Set(addresses.map((address) => getAddress(address)))
  for (const asset of ['USDT', 'USDC'] as const) {
    const address = world.chain.tokens[asset]
    for (const { args } of await client.getLogs({ address, event: TRANSFER, fromBlock: 0n, strict: true })) {
      if (asked.has(args.to)) receipts.push({ asset, to: args.to, amount: args.value })
    }
  }
  for (const to of asked) {
    const amount = await client.getBalance({ address: to })
    if (amount > 0n) receipts.push({ asset: 'ETH', to, amount })
  }
  return receipts
}

/** What pays payouts holds of each asset: the wallet, and the vault that it operates. */
export async function holdingsOf(world: Pick<World, 'chain' | 'env'>): Promise<Map<string, bigint>> {
  const { chain } = world
  const wallet = treasuryOf(world)
  const client = createPublicClient({ transport: http(chain.rpc_url) })
  const token = async (asset: 'USDT' | 'USDC') => {
    const held = [wallet, chain.vault].map((address) =>
      client.readContract({
        address: chain.tokens[asset],
        abi: erc20Abi,
        functionName: 'balanceOf',
        args: [address],
      }),
    )
    return (await Promise.all(held)).reduce((sum, amount) => sum + amount, 0n)
  }
  return new Map([
    ['USDT', await token('USDT')],
    ['USDC', await token('USDC')],
    ['ETH', await client.getBalance({ address: wallet })],
  ])
}
