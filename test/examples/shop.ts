import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { ROOT } from '../sdk/project.ts'
import { eventually } from '../support/pay.ts'

export const EXAMPLES = join(ROOT, 'examples')
const STAND_INS = join(import.meta.dirname, 'standIns')

/** How each example is started. Express and Next.js are not installed here: stand-ins run the example's own files. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  express: ['--import', join(STAND_INS, 'useExpress.ts'), join(EXAMPLES, 'express/server.ts')],
  fastify: [join(EXAMPLES, 'fastify/server.ts')],
  nextjs: [join(STAND_INS, 'next.ts'), join(EXAMPLES, 'nextjs/app')],
  fetch: [join(EXAMPLES, 'fetch/server.ts')],
}

export type Shop = {
  url: string
  /** What it printed so far. */
  printed(): string
  stop(): Promise<void>
}

/** Starts an example with these settings in the folder `dir`, where it keeps its orders. */
export async function startShop(name: string, dir: string, settings: Record<string, string>): Promise<Shop> {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', ...(COMMANDS[name] ?? [])], {
    cwd: dir,
    env: { PATH: process.env.PATH, PORT: String(port), SHOP_URL: url, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => (printed += chunk))
  child.stderr.on('data', (chunk) => (printed += chunk))
  const exited = once(child, 'exit')
  await eventually(`the ${name} shop listening`, 20, async () => {
    assert.equal(child.exitCode, null, printed)
    return printed.includes(`shop at ${url}`)
  })
  const stop = async () => {
    child.kill()
    await exited
  }
  return { url, printed: () => printed, stop }
}
