import type { Coin } from '../../chain.ts'
import type { BitcoinContext } from './context.ts'

/**
 * Those of the coins offered that the node has too, as it has them; confirmed ones first, then the larger. A coin that it
 * does not have would make the whole transaction void. @throws ProviderError
 */
export async function available(
  context: BitcoinContext,
  offered: readonly Coin[],
): Promise<readonly (Coin & { readonly confirmations: number })[]> {
  const listed = await context.watch.coins(await context.wallet())
  const amounts = new Map(offered.map(({ outpoint, amount }) => [outpoint, amount]))
  return listed
    .filter(({ outpoint, amount }) => amounts.get(outpoint) === amount)
    .toSorted(
      (a, b) =>
        Number(b.confirmations > 0) - Number(a.confirmations > 0) ||
        Number(b.amount - a.amount) ||
        (a.outpoint < b.outpoint ? -1 : 1),
    )
}
