import type { Logger } from 'pino'
import { monotonicMs } from './lib/clock.ts'

export type Stop = () => Promise<void>

/** What running needs to know of a context, or of less: the signer has no database. */
type Running = {
  readonly log: Logger
  readonly config: { readonly parent_pipe: boolean; readonly public_url?: string }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Orchestrators wait for 30 s by default and then kill. Whoever is still busy after this is not going to finish. */
const STOP_MAX_MS = 18_000
/** A terminal and the program in between may both pass on one Ctrl-C. */
const SAME_SIGNAL_MS = 250

/**
 * Runs the given servers until a signal, or the parent's end, then stops them side by side. When they have not stopped
 * in time, or at a second signal, the process ends at once with status 1: whatever it held is in the database, where
 * another process finds it.
 * @throws when one cannot start, after the others have been stopped again
 */
export async function runUntilStopped<C extends Running>(
  ctx: C,
  starts: ((ctx: C) => Promise<Stop>)[],
): Promise<void> {
  // Heard from the first moment on: a signal during the start must not cut off what is already being served.
  const told = untilTold(ctx)
  const stops: Stop[] = []
  const stopped_badly: unknown[] = []
  try {
    for (const start of starts) stops.push(await start(ctx))
    ctx.log.info({ public_url: ctx.config.public_url }, 'ready')
    await told
  } finally {
    // Also when one of them could not start: a process of which a part runs looks alive, and nobody would start it again.
    const results = await Promise.allSettled(stops.map((stop) => stop()))
    // An open pipe would keep the process alive after everything has stopped.
    process.stdin.destroy()
    for (const result of results) if (result.status === 'rejected') stopped_badly.push(result.reason)
  }
  if (stopped_badly.length > 0) throw stopped_badly[0]
}

function untilTold(ctx: Running): Promise<void> {
  let told_at: number | null = null
  return new Promise((resolve) => {
    const tell = (reason: string) => {
      told_at = monotonicMs()
      ctx.log.info({ reason }, 'stopping')
      // Never a reason to stay: it only runs while something else does.
      setTimeout(() => end(`not stopped after ${STOP_MAX_MS} ms`), STOP_MAX_MS).unref()
      resolve()
    }
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (told_at === null) tell(signal)
        else if (monotonicMs() - told_at > SAME_SIGNAL_MS) end(`a second signal, ${signal}`)
      })
    }
    if (ctx.config.parent_pipe) {
      process.stdin.on('end', () => told_at === null && tell('parent gone')).resume()
    }
  })

  function end(reason: string): void {
    // The log writes a fatal line before it returns.
    ctx.log.fatal({ reason }, 'stopped at once')
    process.exit(1)
  }
}
