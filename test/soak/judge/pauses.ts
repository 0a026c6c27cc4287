const MINUTE = 60_000
const HOUR = 60 * MINUTE
const PAUSES = [5000, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR]
const LAST_PAUSE = 12 * HOUR

/** The documents' schedule: milliseconds from the failed try with that number (from 1) to the next. */
export function pauseAfter(number: number): number {
  return PAUSES[number - 1] ?? LAST_PAUSE
}

/** How far time may pass in one step beyond the moment when a retry is due: so much of its pause, at least 10 s. */
export function slackAfter(number: number, share: number): number {
  return Math.max(10_000, pauseAfter(number) * share)
}
