import type { Ref } from '../lib/tenant.ts'
import type { Sweep } from './job.ts'

/**
 * A sweep over rows that wait: each gets its turn, and one that fails keeps none of the others from theirs.
 * @param at_once how many are worked on at the same time
 */
export function sweepRows(
  name: string,
  find: () => Promise<Ref[]>,
  act: (ref: Ref) => Promise<unknown>,
  onError: (ref: Ref, error: unknown) => void,
  at_once = 1,
): Sweep {
  return {
    name,
    async run(stop) {
      const waiting = await find()
      const queue = waiting.values()
      const work = async () => {
        for (const ref of queue) {
          if (stop?.aborted) return
          await act(ref).catch((error: unknown) => onError(ref, error))
        }
      }
      await Promise.all(Array.from({ length: at_once }, work))
      return waiting.length
    },
  }
}
