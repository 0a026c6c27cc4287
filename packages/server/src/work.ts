import Fastify from 'fastify'
import type { Context } from './context.ts'
import { closeApp, createDrain, watchForDrain } from './http/drain.ts'
import { probeRoutes } from './http/probes.ts'
import { createMetrics } from './metrics/metrics.ts'
import type { Stop } from './runUntilStopped.ts'
import { treasuryWatch } from './treasuryWatch.ts'
import { runWorker } from './worker.ts'

/** Takes jobs and sweeps, until the returned function has finished what is in hand. */
export async function work(ctx: Context): Promise<Stop> {
  const worker = await runWorker(ctx)
  return () => worker.stop()
}

/** The same in a process that serves nothing else: with `SKIRO_WORK_PORT` it answers probes and metrics there. */
export async function workAlone(ctx: Context): Promise<Stop> {
  if (ctx.config.work_port === 0) return await work(ctx)
  const drain = createDrain()
  const metrics = createMetrics(ctx.db, treasuryWatch(ctx.config))
  const app = Fastify()
  watchForDrain(app, drain)
  probeRoutes(app, {
    db: ctx.db,
    drain,
    metrics: () => metrics.render(),
    metrics_allow: ctx.config.metrics_allow,
  })
  await app.listen({ host: ctx.config.host, port: ctx.config.work_port })
  const stop = await work(ctx).catch(async (error: unknown) => {
    // Probes must not say that a process is alive which could not start to work.
    await closeApp(app, drain)
    throw error
  })
  return async () => {
    drain.begin()
    await stop()
    await closeApp(app, drain)
  }
}
