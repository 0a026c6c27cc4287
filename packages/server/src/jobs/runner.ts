import { Logger, type Task, run } from 'graphile-worker'
import type { Db } from '../db/sql.ts'
import { sleep } from '../lib/clock.ts'
import type { Ref } from '../lib/tenant.ts'
import type { JobHandlers, JobName, Sweep } from './job.ts'
import { forgetDeadJobs } from './store.ts'

export type WorkerOptions = {
  readonly db: Db
  readonly handlers: JobHandlers
  readonly sweeps: readonly Sweep[]
  /** Each in a loop of its own: a server that one waits for must not keep the others from their turn. */
  readonly apart?: readonly Sweep[]
  /** Jobs in hand at the same time in this process. */
  readonly concurrency: number
  /** Pause between two sweeps, milliseconds. */
  readonly sweep_ms: number
  readonly onError: (where: string, error: unknown) => void
}

/** Starts taking jobs and sweeping. `stop` finishes the jobs in hand, takes no more, and resolves. */
export async function startWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { db, handlers, onError } = options
  const toTask =
    (name: JobName): Task =>
    async (payload) => {
      try {
        await handlers[name](payload as Ref)
      } catch (error) {
        // Swallowed on purpose: the row keeps its own wake-up time, so the queue has nothing to retry.
        onError(name, error)
      }
    }
  const names = Object.keys(handlers) as JobName[]
  const runner = await run({
    pgPool: db.pool,
    taskList: Object.fromEntries(names.map((name) => [name, toTask(name)])),
    concurrency: options.concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    logger: new Logger(() => (level, message) => {
      if (level === 'error') onError('job queue', new Error(message))
    }),
  })
  const stopping = new AbortController()
  const sweeps = [...options.sweeps, { name: 'dead jobs', run: () => forgetDeadJobs(db) }]
  const sweeping = Promise.all([
    sweepUntil(stopping.signal, sweeps, options),
    ...(options.apart ?? []).map((sweep) => sweepUntil(stopping.signal, [sweep], options)),
  ])
  return {
    async stop() {
      stopping.abort()
      await Promise.all([runner.stop(), sweeping])
    },
  }
}

async function sweepUntil(
  signal: AbortSignal,
  sweeps: readonly Sweep[],
  options: WorkerOptions,
): Promise<void> {
  while (!signal.aborted) {
    for (const sweep of sweeps) {
      if (signal.aborted) return
      await sweep.run(signal).catch((error: unknown) => options.onError(`sweep ${sweep.name}`, error))
    }
    await sleep(options.sweep_ms, signal)
  }
}
