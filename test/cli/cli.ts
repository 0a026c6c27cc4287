import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../support/pay.ts'
import { COMPILED } from '../support/compiled.ts'

const PROGRAM = fileURLToPath(new URL('../../packages/cli/bin/skiro.mjs', import.meta.url))

export type Ran = { readonly status: number | null; readonly out: string; readonly err: string }

/** A running command whose output can be read while it runs. */
export type Running = {
  readonly child: ChildProcess
  out(): string
  err(): string
  /** Standard output as NDJSON. */
  lines<T>(): T[]
  /** Waits until standard error says it. */
  says(words: string): Promise<void>
  end(signal?: NodeJS.Signals): Promise<Ran>
}

/** Somebody's terminal: a home, a folder and an environment of its own, nothing of the machine's. */
export async function terminal(env: Readonly<Record<string, string>> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'skiro-cli-'))
  const spawned = new Set<ChildProcess>()

  function start(
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
    stdin?: string,
  ): Running {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, ...COMPILED, ...env, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    spawned.add(child)
    child.stdin.on('error', () => {})
    child.stdin.end(stdin ?? '')
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const ended = once(child, 'close').then(([status]) => {
      spawned.delete(child)
      return { status: status as number | null, out, err }
    })
    return {
      child,
      out: () => out,
      err: () => err,
      lines: <T>() => parseLines<T>(out),
      says: async (words) => {
        await eventually(`"${words}" in: ${err}`, 20, async () => err.includes(words))
      },
      end: async (signal = 'SIGINT') => {
        child.kill(signal)
        return await ended
      },
    }
  }

  /** Runs a command to its end. */
  async function skiro(
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
    stdin?: string,
  ): Promise<Ran> {
    const { child, out, err } = start(args, more, stdin)
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, out: out(), err: err() }
  }

  return {
    home,
    start,
    skiro,
    async close() {
      for (const child of spawned) child.kill('SIGKILL')
      await rm(home, { recursive: true, force: true })
    },
  }
}

export type Terminal = Awaited<ReturnType<typeof terminal>>

/** Every whole line as JSON. */
export function parseLines<T>(out: string): T[] {
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T)
}
