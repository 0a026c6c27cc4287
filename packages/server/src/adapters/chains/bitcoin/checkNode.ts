import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { BitcoinConfig } from './context.ts'
import type { BitcoinNetwork } from './networks.ts'
import { hash, NodeRefusal, type Rpc } from './rpc.ts'

const NO_SUCH_WALLET = -18
const HOW = 'see "Bitcoin" in docs/operations.md'

/**
 * Proves by its first block that the node serves the chain we mean, and that its wallet watches our address: without it
 * every payment would look unsent.
 * @throws ProviderError `refused` when something differs.
 */
export async function checkNode(
  rpc: Rpc,
  { network, chain, wallet }: BitcoinConfig,
  { genesis }: BitcoinNetwork,
  address: string,
): Promise<void> {
  const refuse = (why: string) => new ProviderError(network, 'refused', why)
  const first = await rpc('getblockhash', [0], hash)
  if (first !== genesis) {
    throw refuse(`the node's chain begins with ${first}, that of ${chain} with ${genesis}`)
  }
  if (wallet === undefined) return
  try {
    const { ismine } = await rpc('getaddressinfo', [address], z.object({ ismine: z.boolean() }))
    if (ismine) return
  } catch (error) {
    if (!(error instanceof NodeRefusal) || error.code !== NO_SUCH_WALLET) throw error
    throw refuse(`the node has no wallet ${wallet} loaded: ${HOW}`)
  }
  throw refuse(`the node's wallet ${wallet} does not watch ${address}: ${HOW}`)
}
