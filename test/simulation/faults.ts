import { ProviderError } from '../../packages/server/src/lib/errors.ts'
import type { Random } from '../fuzz/random.ts'
import type { Stage } from './stage.ts'

/** Everything that a call to the outside world can do to its caller. */
export type Outside = {
  /**
   * One call: the request may be lost, done twice, or done with its answer lost, and other workers may run before and
   * after it. `act` is what the other side does.
   * @throws ProviderError `unknown` when no answer came
   */
  call<T>(where: string, act: () => T): Promise<T>
  /** Share of calls that go wrong. */
  rate: number
  readonly counts: Record<'lost' | 'answer_lost' | 'twice', number>
}

/** @param pauses share of calls before and after which other workers may run */
export function createOutside(random: Random, stage: Stage, rate: number, pauses = 1): Outside {
  const pause = (where: string) => (random.chance(pauses) ? stage.park(where) : Promise.resolve())
  const outside: Outside = {
    rate,
    counts: { lost: 0, answer_lost: 0, twice: 0 },
    async call(where, act) {
      await pause(where)
      const fault = random.chance(outside.rate)
        ? random.pick(['lost', 'answer_lost', 'twice'] as const)
        : null
      if (fault) outside.counts[fault]++
      if (fault === 'lost') throw new ProviderError('model', 'unknown', `${where}: no answer`)
      const answer = act()
      if (fault === 'twice') act()
      await pause(`${where}, answered`)
      if (fault === 'answer_lost') throw new ProviderError('model', 'unknown', `${where}: no answer`)
      return answer
    },
  }
  return outside
}
