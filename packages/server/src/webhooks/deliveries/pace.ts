/**
 * How many tries one receiver gets at a time: one at first, twice as many with every round that it accepts, half as many
 * with every failure. A server that hangs holds one place in each worker, a good one soon has them all.
 */
export type Pace = {
  /** Tries at the same time, now. */
  readonly width: () => number
  accepted(): void
  failed(): void
}

/** @param widest tries at the same time, at most */
export function createPace(widest: number): Pace {
  let width = 1
  return {
    width: () => Math.floor(width),
    // One more for every try of a round, so twice as many after the round.
    accepted: () => void (width = Math.min(widest, width + 1)),
    failed: () => void (width = Math.max(1, width / 2)),
  }
}
