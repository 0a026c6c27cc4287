import type { Chain } from '../adapters/chain.ts'
import { type AskContract, contractElsewhere } from '../adapters/contractElsewhere.ts'
import { rememberContracts } from '../adapters/rememberContracts.ts'
import { modeOf } from '../context.ts'
import { inTurns } from '../lib/inTurns.ts'
import { clearedPayouts } from './clearanceStore.ts'
import { holdPayouts } from './holdPayouts.ts'
import type { StepContext } from './step.ts'
import type { Pool, WaitingPayout } from './waitingStore.ts'

/** Addresses asked about at once: public nodes count their calls. */
const AT_ONCE = 8

/** What this process has learned, per set of chains. */
const asking = new WeakMap<ReadonlyMap<string, Chain>, AskContract>()

/**
 * Holds the payouts whose address is a contract on another network and nothing here: who owns it there may have no way to
 * the money here. A person can say that it is right (`payout release`). Returns the others. Networks whose nodes do not
 * answer hold nothing.
 */
export async function holdElsewhere(
  step: StepContext,
  { livemode, network }: Pool,
  waiting: readonly WaitingPayout[],
): Promise<readonly WaitingPayout[]> {
  const { ctx } = step
  const chains = modeOf(ctx, { livemode })?.chains
  if (!chains || chains.size < 2) return waiting
  const ask =
    asking.get(chains) ??
    rememberContracts((silent) =>
      ctx.log.warn({ network: silent }, 'a node does not say whether addresses are contracts there'),
    )
  asking.set(chains, ask)
  const cleared = await clearedPayouts(ctx.db, waiting)
  const addresses = [...new Set(waiting.filter(({ id }) => !cleared.has(id)).map(({ address }) => address))]
  const elsewhere = new Map(
    await inTurns(
      addresses,
      AT_ONCE,
      async (address) => [address, await contractElsewhere(chains, network, address, ask)] as const,
    ),
  )
  const suspects = waiting.filter(({ id, address }) => !cleared.has(id) && elsewhere.get(address))
  for (const [other, payouts] of Map.groupBy(suspects, ({ address }) => elsewhere.get(address))) {
    const detail = `the address is a contract on ${other}, and none on ${network}`
    await holdPayouts(step, payouts, 'contract_elsewhere', detail)
  }
  return waiting.filter((payout) => !suspects.includes(payout))
}
