import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { banner } from './banner.ts'
import { takeLock } from './lock.ts'
import { stopLeftover } from './postgres/leftover.ts'
import { isRunning, sendSignal } from './processes.ts'
import { openProcessList } from './processList.ts'
import { createProgress } from './progress.ts'
import { removeState } from './removeState.ts'
import { startSandbox } from './sandbox.ts'
import { statePaths } from './state.ts'
import { createStopList } from './stopList.ts'

const ROOT = resolve(import.meta.dirname, '..', '..', '..')

const progress = createProgress(process.stdout)
const stops = createStopList()
const starting = new AbortController()
const { promise: end, resolve: endWith } = Promise.withResolvers<Error | null>()
// A terminal that was closed takes no more text; the stop has to go on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    starting.abort()
    endWith(null)
  })
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    starting.abort()
    endWith(error instanceof Error ? new Error(error.stack, { cause: error }) : new Error(String(error)))
  })
}

if (process.env['npm_lifecycle_event'] !== undefined) endWithParent()

process.exit(await main())

async function main(): Promise<number> {
  try {
    const { fresh } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values
    const dir = resolve(process.env['SKIRO_STATE_DIR'] ?? join(ROOT, '.skiro'))
    return await run(dir, fresh)
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function run(dir: string, fresh: boolean): Promise<number> {
  const began = performance.now()
  const paths = statePaths(dir)
  openStateFolder(dir)
  const lock = takeLock(paths.lock)
  try {
    const processes = await openProcessList(paths.processes)
    await stopLeftover(join(paths.postgres, 'data', 'postmaster.pid'))
    rmSync(paths.sandbox, { force: true })
    if (fresh) removeState(paths)
    progress.say('Starting Skiro')
    const signal = starting.signal
    const started = startSandbox({
      root: ROOT,
      paths,
      progress,
      processes,
      stops,
      signal,
      onFailure: endWith,
    })
      .then((facts) => {
        const log_files = [paths.gateway_log, paths.postgres_log].map(shown)
        const seconds = (performance.now() - began) / 1000
        if (!signal.aborted) progress.say(banner({ ...facts, seconds, state_dir: shown(dir), log_files }))
      })
      .catch(endWith)
    const failure = await end
    starting.abort()
    if (failure !== null) process.stderr.write(`\n${failure.message}\n`)
    progress.say('Stopping Skiro')
    rmSync(paths.sandbox, { force: true })
    // Whatever hangs: nothing is left behind after this time.
    const late = setTimeout(() => giveUp(processes.all().filter(isRunning)), 9_500)
    await Promise.race([started, sleep(4_000)])
    for (const trouble of await stops.stopAll(7_000)) process.stderr.write(`${trouble}\n`)
    clearTimeout(late)
    if (!processes.all().some(isRunning)) processes.clear()
    progress.say(failure === null ? 'Stopped. The data are kept for the next start.' : 'Stopped.')
    return failure === null ? 0 : 1
  } finally {
    lock.release()
  }
}

/** When npm gets a signal of its own, the shell between it and us dies of it and passes nothing on. */
function endWithParent(): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid === parent) return
    starting.abort()
    endWith(null)
  }, 250).unref()
}

function openStateFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new Error(`${dir} cannot be written. Start the sandbox as the user it belongs to.`, { cause })
  }
}

function giveUp(running: { pid: number }[]): never {
  for (const { pid } of running) sendSignal(pid, 'SIGKILL')
  process.stderr.write('Stopped by force after 10 seconds.\n')
  process.exit(1)
}

function shown(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
