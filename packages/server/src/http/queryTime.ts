import { z } from 'zod'

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d))?$/

/** Whether the text names a moment that exists: Date.parse alone would take 30 February for 2 March. */
function isTime(text: string): boolean {
  const [, year, month, day] = TIME.exec(text) ?? []
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return Number(year) >= 1970 && !Number.isNaN(midnight.getTime()) && midnight.getUTCDate() === Number(day)
}

/** A moment in the query string, as milliseconds since the Unix epoch. A date alone is midnight UTC. */
export const queryTime = z
  .string()
  .refine(isTime, 'must be an ISO 8601 date, or a time with its zone, such as 2026-11-22T15:04:05Z')
  .transform((text) => new Date(text).getTime())
