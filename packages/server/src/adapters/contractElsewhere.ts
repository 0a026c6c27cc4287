import { ProviderError } from '../lib/errors.ts'
import type { Chain } from './chain.ts'

/**
 * A network other than `network` on which a contract stands at `address`, while none does here. A person's address is the
 * same on every EVM network, a contract's is not: a multisig that exists on one of them only cannot reach money that is
 * sent to its address on another. Null when there is no such sign, or the nodes do not tell: it warns, it does not decide.
 * @param chains those of one mode
 * @param ask how to ask: rememberContracts.ts does it without asking twice
 */
export async function contractElsewhere(
  chains: ReadonlyMap<string, Chain>,
  network: string,
  address: string,
  ask: AskContract = askContract,
): Promise<string | null> {
  const here = chains.get(network)
  if (!here?.isContract || (await ask(here, address)) !== false) return null
  const others = [...chains].filter(
    ([name, chain]) => name !== network && chain.isContract && chain.parseAddress(address).ok,
  )
  const answers = await Promise.all(others.map(async ([, chain]) => ask(chain, address)))
  return others[answers.indexOf(true)]?.[0] ?? null
}

/** Whether a contract stands at the address; null when the chain has none, or its node does not tell. */
export type AskContract = (chain: Chain, address: string) => Promise<boolean | null>

/** Asks the node. */
export async function askContract(chain: Chain, address: string): Promise<boolean | null> {
  try {
    return (await chain.isContract?.(address)) ?? null
  } catch (error) {
    if (error instanceof ProviderError) return null
    throw error
  }
}
