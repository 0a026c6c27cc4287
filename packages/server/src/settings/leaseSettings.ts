import { z } from 'zod'

/**
 * The longest lease and the longest pause between two sweeps that may be set. Together they are how long a killed
 * process's work rests before another has it, and no more than 45 s is promised.
 */
export const LEASE_MOST_SECONDS = 40
export const SWEEP_MOST_MS = 5_000

/** How soon another process takes up what a killed one was in the middle of. */
export const leaseSettings = {
  SKIRO_LEASE_SECONDS: z.coerce
    .number()
    .min(0.5)
    .max(LEASE_MOST_SECONDS)
    .default(20)
    .describe(
      `how long a killed worker's work rests before another takes it, seconds; ${LEASE_MOST_SECONDS} at most: with a sweep it is 45 s`,
    ),
  SKIRO_SWEEP_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(SWEEP_MOST_MS)
    .default(2000)
    .describe(`pause between two sweeps for forgotten work, milliseconds; ${SWEEP_MOST_MS} at most`),
}
