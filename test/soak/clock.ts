import type { Skip } from './judge/recording.ts'

/** Simulated time, in milliseconds: the machine's own, and everything that was skipped. */
export type SimulatedClock = {
  now(): number
  /** The simulated time of a moment of the machine's clock. */
  at(real_ms: number): number
  /** Notes that time passed at that moment of the machine's clock. In the stored times `passTime` lets it pass. */
  skip(ms: number, real_ms: number): void
  readonly skips: readonly Skip[]
}

export function createClock(): SimulatedClock {
  const skips: Skip[] = []
  const marks: { real_ms: number; ms: number }[] = []
  const at = (real_ms: number) =>
    marks.reduce((sum, mark) => (mark.real_ms <= real_ms ? sum + mark.ms : sum), real_ms)
  return {
    now: () => at(Date.now()),
    at,
    skip(ms, real_ms) {
      const from = at(real_ms)
      marks.push({ real_ms, ms })
      skips.push({ from, to: from + ms })
    },
    skips,
  }
}
