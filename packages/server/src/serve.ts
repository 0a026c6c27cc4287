import { buildApp } from './app.ts'
import type { Context } from './context.ts'
import { closeApp, createDrain } from './http/drain.ts'
import { sleep } from './lib/clock.ts'
import type { Stop } from './runUntilStopped.ts'

/**
 * Serves the API and the hosted page on the configured port. The returned function drains it: `/readyz` says no at
 * once, and for `drain_ms` it serves on, so that load balancers send the next customer elsewhere before the door shuts.
 */
export async function serve(ctx: Context): Promise<Stop> {
  const drain = createDrain()
  const app = await buildApp(ctx, drain)
  await app.listen({ host: ctx.config.host, port: ctx.config.port })
  return async () => {
    drain.begin()
    await sleep(ctx.config.drain_ms)
    await closeApp(app, drain)
  }
}
