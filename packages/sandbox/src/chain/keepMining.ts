import { setTimeout as sleep } from 'node:timers/promises'
import { rpc, rpcBatch } from './rpc.ts'
import { saveState } from './stateFile.ts'

// Without transactions: a block every other second as on a live chain, then, when nobody has used the chain for a while,
// one a minute, so that a health check does not take it for a stuck one.
const QUIET_BLOCK_MS = 2_000
const QUIET_MS = 15 * 60_000
const IDLE_BLOCK_MS = 60_000
// Saving costs as much as the chain is long. Resting this many times the cost keeps it below a twentieth of one core.
const REST_FACTOR = 20

type Block = { hash: string; transactions: unknown[] }

/**
 * Mines a block each `blockTimeMs` while there is something to do: transactions in the pool, or one that is not yet
 * final; every two seconds for a quarter of an hour after that. Then it rests, because the node never forgets a block: a sandbox left running for a day would hold
 * 86,400 empty ones and write them all at each save. Saves the state about once a second while blocks come.
 * `mine` is handed the function that mines a block, to do something around it.
 * A `blockTimeMs` of 0 never mines: the caller does, with `evm_mine`.
 */
export function keepMining(
  url: string,
  stateFile: string,
  blockTimeMs: number,
  mine: (mineBlock: () => Promise<unknown>) => Promise<void>,
): () => Promise<void> {
  const stopped = new AbortController()
  let minedAt = Date.now()
  let usedAt = Date.now()
  let savedHash = ''
  let saveAfter = 0

  const tick = async () => {
    // With one slot per epoch `safe` is the head's parent and `finalized` its grandparent.
    const [pool, head, parent] = (await rpcBatch(url, [
      ['txpool_status', []],
      ['eth_getBlockByNumber', ['latest', false]],
      ['eth_getBlockByNumber', ['safe', false]],
    ])) as [{ pending: string }, Block, Block]
    const busy = BigInt(pool.pending) > 0n || head.transactions.length > 0 || parent.transactions.length > 0
    if (busy) usedAt = Date.now()
    const pauseMs = Date.now() - usedAt < QUIET_MS ? QUIET_BLOCK_MS : IDLE_BLOCK_MS
    if (blockTimeMs > 0 && (busy || Date.now() - minedAt >= pauseMs)) {
      await mine(() => rpc(url, 'evm_mine'))
      minedAt = Date.now()
    }
    if (head.hash === savedHash || Date.now() < saveAfter) return
    const startedAt = Date.now()
    await saveState(url, stateFile)
    savedHash = head.hash
    saveAfter = Date.now() + Math.max(1_000, REST_FACTOR * (Date.now() - startedAt))
  }

  const loop = async () => {
    while (!stopped.signal.aborted) {
      // A node that is paused or killed by a test makes a tick fail; the next one finds out whether it is back.
      await tick().catch(() => {})
      await sleep(blockTimeMs || 1_000, undefined, { signal: stopped.signal }).catch(() => {})
    }
  }
  const running = loop()
  return async () => {
    stopped.abort()
    await running
  }
}
