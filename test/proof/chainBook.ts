import { type Address, createPublicClient, erc20Abi, getAddress, http, parseAbiItem } from 'viem'
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

/** What an address holds of each asset. */
export async function holdingsOf(
  { chain }: Pick<World, 'chain'>,
  address: Address,
): Promise<Map<string, bigint>> {
  const client = createPublicClient({ transport: http(chain.rpc_url) })
  const token = (asset: 'USDT' | 'USDC') =>
    client.readContract({
      address: chain.tokens[asset],
      abi: erc20Abi,
      functionName: 'balanceOf',
      args: [address],
    })
  return new Map([
    ['USDT', await token('USDT')],
    ['USDC', await token('USDC')],
    ['ETH', await client.getBalance({ address })],
  ])
}
