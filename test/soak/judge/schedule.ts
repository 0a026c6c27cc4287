import { pauseAfter, slackAfter } from './pauses.ts'
import { type Attempt, type Failure, type Recording, type Skip, failure } from './recording.ts'

/** The documents' jitter: up to a tenth more. */
const JITTER = 0.1
/** From the beginning of a try until it is written down, on a slow machine. */
const WRITING_MS = 20_000
/** Two clocks that are read in milliseconds. */
const ROUNDING_MS = 2

/** A try that failed, and the one that followed. */
export type Retry = {
  readonly number: number
  readonly waited_ms: number
  readonly due: number
  readonly at: number
}

/**
 * Whether retries came by the documents' schedule in simulated time: none early, and none left behind when time passed,
 * by more than one step of it.
 */
export function judgeSchedule({ attempts, skips, slack_share }: Recording): Failure[] {
  const early: string[] = []
  const late: string[] = []
  const other: string[] = []
  for (const [name, retry] of retriesOf(attempts)) {
    const { number, at, due } = retry
    const pause = pauseAfter(number)
    const planned = due - (at - retry.waited_ms)
    if (planned < pause - ROUNDING_MS || planned > pause * (1 + JITTER) + WRITING_MS) other.push(name)
    if (at < due - ROUNDING_MS) early.push(name)
    if (skippedBetween(skips, due, at) > slackAfter(number, slack_share) + ROUNDING_MS) late.push(name)
  }
  return [
    ...failure('off_schedule', 'a retry was planned for another time than the documents say', other),
    ...failure('early', 'a retry came before its time', early),
    ...failure('late', 'time passed over a retry that was due', late),
  ]
}

/** Every retry with its name, `<event> at <endpoint>, try <n>`. */
export function retriesOf(attempts: readonly Attempt[]): [string, Retry][] {
  const retries: [string, Retry][] = []
  for (const [delivery, tries] of Map.groupBy(
    attempts,
    ({ event_id, endpoint_id }) => `${event_id} at ${endpoint_id}`,
  )) {
    let last: Attempt | null = null
    for (const attempt of tries.toSorted((a, b) => a.at - b.at)) {
      const { number, at } = attempt
      // What was resent begins at 1 again.
      if (last?.due != null && number === last.number + 1)
        retries.push([
          `${delivery}, try ${number}`,
          { number: last.number, waited_ms: at - last.at, due: last.due, at },
        ])
      last = last === null ? attempt : heeded(last, attempt)
    }
  }
  return retries
}

/**
 * A number that comes twice is that of a worker which lost its queue meanwhile: one of the two was heeded, and the next
 * try came no sooner than the earlier one says.
 */
function heeded(last: Attempt, attempt: Attempt): Attempt {
  if (attempt.number !== last.number) return attempt
  return { ...last, due: Math.min(last.due ?? Infinity, attempt.due ?? Infinity) }
}

/** Milliseconds of skipped time from one moment to another. */
function skippedBetween(skips: readonly Skip[], from: number, to: number): number {
  return skips.reduce((sum, skip) => sum + Math.max(0, Math.min(skip.to, to) - Math.max(skip.from, from)), 0)
}
