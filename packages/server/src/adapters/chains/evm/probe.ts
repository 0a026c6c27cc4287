import { z } from 'zod'
import type { ChainHealth } from '../../chain.ts'
import { coinBalance } from './balance.ts'
import type { EvmContext } from './context.ts'
import { quantity } from './rpc.ts'

const block = z.object({ number: quantity, timestamp: quantity })

/** The newest block and the wallet's gas; looks at the vault as well. @throws ProviderError */
export async function probe(context: EvmContext): Promise<ChainHealth> {
  await context.checkVault()
  const [head, amount] = await Promise.all([
    context.any('eth_getBlockByNumber', ['latest', false], block),
    context.wallet().then((wallet) => coinBalance(context, wallet)),
  ])
  return {
    block_number: head.number,
    block_time: Number(head.timestamp),
    fuel: { coin: context.coin, amount },
  }
}
