import type { Coin } from '../../chain.ts'
import { compareAmounts } from './bytes.ts'
import type { BitcoinContext } from './context.ts'
import type { WatchedCoin } from './watch.ts'

/** What may be spent now: confirmed coins first, then the larger. @throws ProviderError */
export async function spendable(context: BitcoinContext): Promise<readonly WatchedCoin[]> {
  const coins = await context.watch.coins(await context.wallet())
  return coins
    .filter(({ confirmations }) => confirmations > 0 || context.spend_unconfirmed)
    .toSorted(
      (a, b) =>
        Number(b.confirmations > 0) - Number(a.confirmations > 0) ||
        compareAmounts(b.amount, a.amount) ||
        (a.outpoint < b.outpoint ? -1 : 1),
    )
}

/**
 * Those of the coins offered that the node has too, as it has them. A coin that it does not have would make the whole
 * transaction void. @throws ProviderError
 */
export async function available(
  context: BitcoinContext,
  offered: readonly Coin[],
): Promise<readonly WatchedCoin[]> {
  const amounts = new Map(offered.map(({ outpoint, amount }) => [outpoint, amount]))
  return (await spendable(context)).filter(({ outpoint, amount }) => amounts.get(outpoint) === amount)
}
