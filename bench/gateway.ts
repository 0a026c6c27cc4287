import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { withRoles } from '../test/support/database.ts'
import type { World } from '../test/support/world.ts'

const PROGRAM = new URL('../packages/server/src/main.ts', import.meta.url).pathname

export type GatewayOptions = {
  readonly role: 'serve' | 'all'
  /** Instead of the world's own, for a proxy in between. */
  readonly database_url?: string
  /** Flags of Node, for profiles. */
  readonly node_flags?: readonly string[]
}

/**
 * The gateway as it runs in production: its own process, default settings, its log written to a file.
 * The tests' world shortens leases and pauses; a measurement must not. The world's rate limits stay: they are on, as in
 * production, and high, because here one key and one address are all the traffic there is.
 */
export async function startGateway(
  world: World,
  options: GatewayOptions,
): Promise<{ pid: number; stop(): Promise<void> }> {
  const {
    SKIRO_LEASE_SECONDS: _lease,
    SKIRO_SWEEP_MS: _sweep,
    SKIRO_POLL_MS: _poll,
    ...env
  }: NodeJS.ProcessEnv = world.env
  const log = openSync(world.log_file, 'a')
  const child = spawn(process.execPath, [...(options.node_flags ?? []), PROGRAM, options.role], {
    env: withRoles({
      ...env,
      SKIRO_DATABASE_URL: options.database_url ?? world.env.SKIRO_DATABASE_URL,
      SKIRO_PARENT_PIPE: '1',
    }),
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${world.api_url}/healthz`).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok) break
    if (child.exitCode !== null || child.signalCode !== null || tries > 600)
      throw new Error(`the gateway did not start, see ${world.log_file}`)
    await sleep(50)
  }
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.stdin?.end()
      child.kill('SIGTERM')
      await exited
    },
  }
}
