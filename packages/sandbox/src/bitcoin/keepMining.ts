import { setTimeout as sleep } from 'node:timers/promises'
import { mineBlock, type Node } from './openNode.ts'

// A chain without use must not grow for ever, nor look stuck to a health check.
const IDLE_BLOCK_MS = 60_000
/** Blocks that are mined on top of a payment at the pace of payments. */
const CONFIRMING = 6

/**
 * Mines a block each `pauseMs` while something waits or was mined just now, then one a minute. 0: never, the caller does.
 * @returns ends it
 */
export function keepMining(
  node: Node,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  pauseMs: number,
): () => Promise<void> {
  const stopped = new AbortController()
  let minedAt = Date.now()
  let owed = 0
  const tick = async () => {
    if (node.full.mempool.map.size > 0) owed = CONFIRMING + 1
    if (owed === 0 && Date.now() - minedAt < IDLE_BLOCK_MS) return
    await inTurn(() => mineBlock(node, node.miner_address))
    minedAt = Date.now()
    if (owed > 0) owed -= 1
  }
  const loop = async () => {
    while (pauseMs > 0 && !stopped.signal.aborted) {
      await tick().catch(() => undefined)
      await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }
  const running = loop()
  return async () => {
    stopped.abort()
    await running
  }
}
