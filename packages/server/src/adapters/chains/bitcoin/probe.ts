import { z } from 'zod'
import type { ChainHealth } from '../../chain.ts'
import type { BitcoinContext } from './context.ts'
import { hash } from './rpc.ts'

/** What a block takes on average. On regtest too: nothing else makes them there. */
const BLOCK_SECONDS = 600

/** The newest block and what the wallet holds. @throws ProviderError */
export async function probe(context: BitcoinContext): Promise<ChainHealth> {
  const [best, amount] = await Promise.all([context.rpc('getbestblockhash', [], hash), balance(context)])
  const head = await context.rpc('getblockheader', [best, true], z.object({ height: z.int(), time: z.int() }))
  return {
    block_number: BigInt(head.height),
    block_time: head.time,
    block_seconds: BLOCK_SECONDS,
    fuel: { coin: 'BTC', amount },
  }
}

/** What the wallet may spend: confirmed coins and its own change. Satoshi. @throws ProviderError */
export async function balance(context: BitcoinContext): Promise<bigint> {
  const coins = await context.watch.coins(await context.wallet())
  return coins.reduce((sum, { amount }) => sum + amount, 0n)
}
