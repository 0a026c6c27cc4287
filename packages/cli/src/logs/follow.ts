import { pause } from '../events/pause.ts'

/** A log that grows: events, or tries to deliver them. */
export type Log = {
  /** Prints what is new. False: nothing was. */
  more(signal: AbortSignal): Promise<boolean>
  /** Number of the last line that was read, where lines are numbered. */
  readonly at?: number
}

type Following = {
  /** Ends at this line of the first log; null: at Ctrl-C. */
  readonly until: number | null
  readonly interval_ms: number
  readonly signal: AbortSignal
}

/** Prints all logs as they grow. */
export async function follow(logs: readonly Log[], { until, interval_ms, signal }: Following): Promise<void> {
  while (!signal.aborted) {
    let news = false
    for (const log of logs) news = (await log.more(signal)) || news
    if (until !== null && (logs[0]?.at ?? until) >= until) return
    if (!news) await pause(interval_ms, signal)
  }
}
