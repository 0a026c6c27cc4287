import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from 'viem'
import { node } from '../support/chainControls.ts'
import type { World } from '../support/world.ts'

/** How far below the head of the proof's chain `finalized` is. */
export const BLOCKS_TO_FINAL = 8

/** Mines, forgets and undoes. A block that was final is never undone: no chain that we pay on does that. */
export type Blocks = {
  /** Undoes up to `depth` blocks and what they did. Returns how many. */
  rollBack(depth: number): Promise<number>
  /** The pool forgets all that waits in it. Returns how many transactions that were. */
  wipePool(): Promise<number>
  mine(blocks: number): Promise<void>
  stop(): Promise<void>
}

/** Mines a block each `block_ms` until it is stopped. */
export function startBlocks(world: World, block_ms: number): Blocks {
  let final = 0
  // One at a time: what is final must not move while blocks are undone.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  const height = async () => Number(await node<Hex>(world, 'eth_blockNumber'))
  const mineOne = async () => {
    await node(world, 'evm_mine')
    final = Math.max(final, (await height()) - BLOCKS_TO_FINAL)
  }
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await inTurn(mineOne)
      await sleep(block_ms, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    rollBack: (depth) =>
      inTurn(async () => {
        const undone = Math.min(depth, (await height()) - final)
        if (undone > 0) await node(world, 'anvil_rollback', undone)
        return undone
      }),
    wipePool: () =>
      inTurn(async () => {
        const { pending, queued } = await node<{ pending: Hex; queued: Hex }>(world, 'txpool_status')
        await node(world, 'anvil_dropAllTransactions')
        return Number(pending) + Number(queued)
      }),
    async mine(blocks) {
      for (let i = 0; i < blocks; i++) await inTurn(mineOne)
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
