const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Pauses after the first, second, … failed try; then every 12 hours until 72 hours have passed since the event. */
const PAUSES = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR]
const LAST_PAUSE = 12 * HOUR
const GIVE_UP_AFTER = 72 * HOUR
const JITTER = 0.1

/**
 * Milliseconds until the next try after `tries` failures of a delivery that is `age_ms` old. Null: give up.
 * @param random from 0 to 1: spreads the tries of many events that failed together
 */
export function nextTryMs(tries: number, age_ms: number, random: number): number | null {
  const pause = PAUSES[tries - 1] ?? LAST_PAUSE
  const next_ms = Math.round(pause * (1 + JITTER * random))
  return age_ms + next_ms > GIVE_UP_AFTER ? null : next_ms
}
