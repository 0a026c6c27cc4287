import fc from 'fast-check'
import { type Command, command } from './command.ts'

export type Found = { readonly seed: number; readonly list: readonly Command[]; readonly error: unknown }

/**
 * Runs `runs` random lists of commands, the same for the same seed, until one fails; then leaves out of it whatever it
 * fails without. Null: none failed.
 */
export async function search(
  runs: number,
  seed: number,
  live: (list: readonly Command[]) => Promise<void>,
  most = 30,
): Promise<Found | null> {
  const commands = fc.array(command, { minLength: 1, maxLength: most, size: 'max' })
  const fails = async (list: readonly Command[]): Promise<{ error: unknown } | null> => {
    try {
      await live(list)
      return null
    } catch (error) {
      return { error }
    }
  }
  for (const list of fc.sample(commands, { numRuns: runs, seed })) {
    const failure = await fails(list)
    if (failure) return { seed, ...(await shortest(list, failure, fails)) }
  }
  return null
}

/** Leaves out halves, quarters, … and single commands, as long as the rest still fails. */
async function shortest(
  list: readonly Command[],
  failure: { error: unknown },
  fails: (list: readonly Command[]) => Promise<{ error: unknown } | null>,
): Promise<{ list: readonly Command[]; error: unknown }> {
  let [best, last] = [list, failure]
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; ) {
      const shorter = [...best.slice(0, at), ...best.slice(at + size)]
      const now = shorter.length > 0 ? await fails(shorter) : null
      if (now) [best, last] = [shorter, now]
      else at += size
    }
  }
  return { list: best, error: last.error }
}
