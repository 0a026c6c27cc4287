import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopChild, untilEnded } from './processes.ts'
import { logTail, openLog } from './state.ts'

/** How to run the gateway program. */
export interface GatewayOptions {
  /** Repository root. */
  root: string
  /** The SKIRO_ settings of the gateway; it gets no other setting of ours. */
  env: Record<string, string>
  /** Where its output goes. */
  log_file: string
  /** Breaks a command or a start off. */
  signal: AbortSignal
}

/** A gateway that is started again when it crashes. */
export interface Gateway {
  /** Settles when it crashed so often that it was given up. */
  given_up: Promise<Error>
  stop: () => Promise<void>
}

/** Told about every process that carries the gateway, and about its crashes. */
export interface GatewayEvents {
  onProcess: (pid: number) => void
  onRestart: (reason: string) => void
}

/** Runs one command of the gateway program and gives what it printed. Throws with the end of the log when it fails. */
export async function runGateway(options: GatewayOptions, ...words: readonly string[]): Promise<string> {
  const child = spawnGateway(options, words, 'pipe')
  child.stdin!.on('error', () => undefined)
  child.stdin!.end()
  const [code, printed] = await Promise.all([untilEnded(child, options.signal), text(child.stdout!)])
  if (code !== 0) throw failure(`The gateway command "${commandOf(words)}" failed (${code})`, options)
  return printed
}

/** The words before the first option: what is told of a command that failed, without what it was given. */
function commandOf(words: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith('-'))
  return words.slice(0, end < 0 ? words.length : end).join(' ')
}

const CRASH_LIMIT = 5
const CRASH_WINDOW_MS = 60_000

/**
 * Starts the gateway and waits until `${api_url}/healthz` answers 200. Throws when it does not get that far.
 * Later crashes are answered with a new start, until there are too many within a minute.
 */
export async function startGateway(
  options: GatewayOptions,
  api_url: string,
  events: GatewayEvents,
): Promise<Gateway> {
  const { promise: given_up, resolve: giveUp } = Promise.withResolvers<Error>()
  const crashes: number[] = []
  let stopping = false
  let ready = false
  let child = launch()

  function launch(): ChildProcess {
    const next = spawnGateway(options, ['all'], 'log')
    if (next.pid !== undefined) events.onProcess(next.pid)
    next.once('error', () => undefined)
    next.once('exit', (code, signal) => {
      if (ready && !stopping) onCrash(`${code ?? signal}`)
    })
    return next
  }

  function onCrash(reason: string): void {
    const now = performance.now()
    crashes.push(now)
    const recent = crashes.filter((time) => now - time < CRASH_WINDOW_MS).length
    if (recent >= CRASH_LIMIT)
      return giveUp(failure(`The gateway crashed ${recent} times in a minute`, options))
    events.onRestart(
      `The gateway ended unexpectedly (${reason}), it is started again. Log: ${options.log_file}`,
    )
    setTimeout(
      () => {
        if (!stopping) child = launch()
      },
      50 * 2 ** recent,
    )
  }

  const stop = async () => {
    stopping = true
    child.stdin?.end()
    await stopChild(child, 'SIGTERM', 4_000)
  }
  try {
    await untilHealthy(child, api_url, options)
    ready = true
    return { given_up, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function untilHealthy(child: ChildProcess, api_url: string, options: GatewayOptions): Promise<void> {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    options.signal.throwIfAborted()
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw failure('The gateway did not start', options)
    }
    const answer = await fetch(`${api_url}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.status === 200) return
    await sleep(50)
  }
  throw failure(`The gateway did not answer at ${api_url}/healthz within 60 s`, options)
}

function spawnGateway(
  options: GatewayOptions,
  words: readonly string[],
  output: 'pipe' | 'log',
): ChildProcess {
  const log = openLog(options.log_file)
  const program = join(options.root, 'packages', 'server', 'src', 'main.ts')
  try {
    return spawn(process.execPath, [program, ...words], {
      cwd: options.root,
      // A group of its own: Ctrl-C in the terminal reaches the sandbox alone, which then stops all in order.
      detached: true,
      env: { ...ownEnvironment(), ...options.env, ...(output === 'log' && { SKIRO_PARENT_PIPE: '1' }) },
      // The pipe on stdin ends with this program, kill -9 included, and the gateway ends with the pipe.
      stdio: ['pipe', output === 'log' ? log : 'pipe', log],
    })
  } finally {
    closeSync(log)
  }
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|NODE_\w+)$/.test(name))
  return Object.fromEntries(passed)
}

function failure(what: string, { log_file }: GatewayOptions): Error {
  return new Error(`${what}. The end of ${log_file}:\n${logTail(log_file)}`)
}
