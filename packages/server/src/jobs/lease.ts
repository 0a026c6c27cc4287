/**
 * A lease keeps two workers from doing the same work at the same time. It saves effort only: money stays safe without
 * it, by idempotency keys, unique constraints and conditional updates. It lives in the row, so that a killed worker's
 * work is free again when it runs out (`SKIRO_LEASE_SECONDS`), on any machine.
 */

/** Pause before the next try after `tries` tries, milliseconds: 0.5 s, 1 s, 2 s … up to 30 s. */
export function backoffMs(tries: number): number {
  return Math.min(30_000, 250 * 2 ** Math.min(Math.max(tries, 1), 10))
}
