import { ProviderError } from '../lib/errors.ts'
import type { Chain } from './chain.ts'

/**
 * A network other than `network` on which a contract stands at `address`, while none does here. A person's address is the
 * same on every EVM network, a contract's is not: a multisig that exists on one of them only cannot reach money that is
 * sent to its address on another. Null when there is no such sign, or the nodes do not tell: it warns, it does not decide.
 * @param chains those of one mode
 */
export async function contractElsewhere(
  chains: ReadonlyMap<string, Chain>,
  network: string,
  address: string,
): Promise<string | null> {
  const here = chains.get(network)
  if (!here?.isContract || (await asks(here, address)) !== false) return null
  for (const [name, chain] of chains) {
    if (name === network || !chain.parseAddress(address).ok) continue
    if (await asks(chain, address)) return name
  }
  return null
}

/** Null when the network has no contracts or its node does not tell. */
async function asks(chain: Chain, address: string): Promise<boolean | null> {
  try {
    return (await chain.isContract?.(address)) ?? null
  } catch (error) {
    if (error instanceof ProviderError) return null
    throw error
  }
}
