/** A receiver that answers within this time has enough to do with so many at a time: more would wait for each other. */
const QUICK_MS = 50
export const QUICK_WIDTH = 8

/**
 * How many tries one receiver gets at a time: one at first, twice as many with every round that it accepts, half as many
 * with every failure. A server that hangs holds one place in each worker, a quick one gets eight, and one that is far
 * away all that it may have.
 */
export type Pace = {
  /** Tries at the same time, now. */
  readonly width: () => number
  /** @param latency_ms how long its answer took */
  accepted(latency_ms: number): void
  failed(): void
}

/** @param widest tries at the same time, at most */
export function createPace(widest: number): Pace {
  let width = 1
  return {
    width: () => Math.floor(width),
    // One more for every try of a round, so twice as many after the round.
    accepted(latency_ms) {
      if (width < QUICK_WIDTH || latency_ms > QUICK_MS) width = Math.min(widest, width + 1)
    },
    failed: () => void (width = Math.max(1, width / 2)),
  }
}
