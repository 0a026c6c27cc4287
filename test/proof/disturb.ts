import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'
import type { Stage } from './stage.ts'

const BETWEEN_KILLS_MS = [150, 850] as const
const ROLLBACK_MAX = 6

/**
 * Kills processes, one after the other, and takes PostgreSQL, pool and blocks away in between: `least` times, and on
 * until `work` is done.
 */
export async function disturb(
  stage: Stage,
  fleet: Fleet,
  least: number,
  work: Promise<unknown>,
): Promise<void> {
  const { options, blocks, postgres, troubles, newRandom } = stage
  const { rhythm, signal } = options
  let done = false
  const mark = () => void (done = true)
  void work.then(mark, mark)
  const random = newRandom()
  const between = ([low, high]: readonly [number, number]) => low + random.below(high - low + 1)
  let next_rollback = between(rhythm.rollback)
  for (let n = 1; n <= least || !done; n++) {
    await sleep(between(BETWEEN_KILLS_MS))
    await fleet.kill()
    signal.throwIfAborted()
    if (fleet.isOver()) return
    if (n % rhythm.wipe === 0) {
      troubles.wipes++
      troubles.wiped += await blocks.wipePool()
    }
    if (n === next_rollback) {
      next_rollback += between(rhythm.rollback)
      troubles.rollbacks++
      troubles.undone += await blocks.rollBack(1 + random.below(ROLLBACK_MAX))
    }
    if (n % rhythm.postgres === 0) {
      troubles.postgres_stops++
      await postgres.crash()
    }
    if (n % 20 === 0) options.say(`${n} kills`)
  }
}
