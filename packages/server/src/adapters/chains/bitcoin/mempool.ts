import { z } from 'zod'
import { NodeRefusal, type Rpc, satoshi } from './rpc.ts'

const entry = z.object({
  ancestorcount: z.int(),
  fees: z.object({ base: satoshi, descendant: satoshi }),
})

export type MempoolEntry = z.output<typeof entry>

/** Bitcoin Core: not in the mempool. */
const NOT_FOUND = -5

/** What waits under this id, null when nothing does. @throws ProviderError, a NodeRefusal where the node cannot say */
export async function mempoolEntry(rpc: Rpc, txid: string): Promise<MempoolEntry | null> {
  try {
    return await rpc('getmempoolentry', [txid], entry)
  } catch (error) {
    if (error instanceof NodeRefusal && error.code === NOT_FOUND) return null
    throw error
  }
}

/** On how many unconfirmed transactions one hangs, itself included; null when it is not in the mempool. */
export async function ancestorsOf(rpc: Rpc, txid: string): Promise<number | null> {
  return (await mempoolEntry(rpc, txid))?.ancestorcount ?? null
}
