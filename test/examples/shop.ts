import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { newProject, type Project, ROOT } from '../sdk/project.ts'
import { eventually } from '../support/pay.ts'
import { COMPILED } from '../support/compiled.ts'

export const EXAMPLES = join(ROOT, 'examples')
const STAND_INS = join(import.meta.dirname, 'standIns')

/** How each example is started. Express and Next.js are not installed here: stand-ins run the example's own files. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  express: ['--import', join(STAND_INS, 'useExpress.ts'), 'server.ts'],
  fastify: ['server.ts'],
  nextjs: [join(STAND_INS, 'next.ts'), 'app'],
  fetch: ['server.ts'],
}

/** A copy of the example with the packages of this repository, whatever was installed in the example's own folder. */
export async function copyExample(name: string): Promise<Project> {
  const project = await newProject()
  await cp(join(EXAMPLES, name), project.dir, {
    recursive: true,
    filter: (path) => !/[/\\](?:node_modules|\.next|\.env|shop\.db.*)$/.test(path),
  })
  await symlink(join(ROOT, 'node_modules'), join(project.dir, 'node_modules'), 'dir')
  return project
}

export type Shop = {
  url: string
  /** What it printed so far. */
  printed(): string
  stop(): Promise<void>
}

/** Starts a copy of an example, in whose folder it keeps its orders. */
export async function startShop(
  name: string,
  { dir }: Project,
  settings: Record<string, string>,
): Promise<Shop> {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', ...(COMMANDS[name] ?? [])], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...COMPILED, PORT: String(port), SHOP_URL: url, ...settings },
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
