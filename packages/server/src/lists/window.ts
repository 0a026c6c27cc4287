/**
 * When the objects of a list were created: from `from` up to but without `end`, milliseconds since the Unix epoch.
 * Always finite: EVER holds every object.
 */
export type Window = { readonly from: number; readonly end: number }

/** A year with four digits, which every date format has room for. */
const FAR = Date.UTC(9000, 0)

export const EVER: Window = { from: 0, end: FAR }

/** The window of two times, both inclusive as the API means them; null where there is no bound. */
export function windowOf(from: number | null, to: number | null): Window {
  const clamp = (ms: number) => Math.min(Math.max(ms, EVER.from), EVER.end)
  // Times of the API have milliseconds, and so have those of the rows.
  return { from: clamp(from ?? EVER.from), end: clamp(to === null ? EVER.end : to + 1) }
}

/** How to put a window together: whole months, whole hours around them, and what is left of an hour at both ends. */
export type Parts = {
  /** All whole hours. */
  readonly whole: Window
  readonly months: Window
  /** The whole hours before the months, and those after them. */
  readonly hours: readonly [Window, Window]
  readonly edges: readonly [Window, Window]
}

const HOUR = 3_600_000

/**
 * Months, hours and edges do not overlap and are, together, the window. Some of them may be empty. Months and hours are
 * those of UTC.
 */
export function partsOf({ from, end }: Window): Parts {
  const first = Math.ceil(from / HOUR) * HOUR
  const last = Math.floor(end / HOUR) * HOUR
  if (first > last) {
    const none = { from: last, end: last }
    return {
      whole: none,
      months: none,
      hours: [none, none],
      edges: [{ from, end: Math.max(from, end) }, none],
    }
  }
  const [start, stop] = [monthStart(first, 'up'), monthStart(last, 'down')]
  const months = start <= stop ? { from: start, end: stop } : { from: last, end: last }
  return {
    whole: { from: first, end: last },
    months,
    hours: [
      { from: first, end: months.from },
      { from: months.end, end: last },
    ],
    edges: [
      { from, end: first },
      { from: last, end },
    ],
  }
}

/** The start of the month that `ms` lies in, or of the next one when it lies inside. */
function monthStart(ms: number, round: 'up' | 'down'): number {
  const time = new Date(ms)
  const start = Date.UTC(time.getUTCFullYear(), time.getUTCMonth())
  return start === ms || round === 'down' ? start : Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1)
}
