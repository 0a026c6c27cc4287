import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process as it can be found again later: a bare pid may be given to another program. */
export interface ProcessIdentity {
  pid: number
  started: string
}

/** Says whether a process with this pid runs. A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return procStat(pid)?.[0] !== 'Z'
}

/** Sends a signal; that the process has just ended is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Start time of a process in the words of the system, null when there is no such process. */
export function processStart(pid: number): string | null {
  const stat = procStat(pid)
  // proc_pid_stat(5): field 22 is starttime; the list begins at field 3.
  if (stat !== null) return stat[19] ?? null
  return ps(pid, 'lstart=')
}

/** The command line of a process, words joined by spaces, null when there is no such process. */
export function processCommand(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ps(pid, 'command=')
  }
}

/** True while the very process of `identity` still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return isAlive(identity.pid) && processStart(identity.pid) === identity.started
}

/** Waits until `gone()` is true, at most `limit_ms`; says whether it came true. */
export async function waitUntil(gone: () => boolean, limit_ms: number): Promise<boolean> {
  const end = performance.now() + limit_ms
  while (!gone()) {
    if (performance.now() >= end) return false
    await sleep(25)
  }
  return true
}

/** Sends `signal`, waits up to `limit_ms` for the end of `child`, then sends `last_signal` and waits again. */
export async function stopChild(
  child: ChildProcess,
  signal: NodeJS.Signals,
  limit_ms: number,
  last_signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  if (!ended()) child.kill(signal)
  if (await waitUntil(ended, limit_ms)) return
  child.kill(last_signal)
  await waitUntil(ended, 2_000)
}

/**
 * Waits for the end of `child` and gives its exit code, or the name of the signal that ended it. Ends it with
 * SIGTERM when `signal` says to break off; then, and when it could not be run at all, throws.
 */
export async function untilEnded(child: ChildProcess, signal: AbortSignal): Promise<number | string> {
  const breakOff = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', breakOff)
  if (signal.aborted) breakOff()
  try {
    return await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, name) => resolve(code ?? name ?? 'unknown'))
    })
  } finally {
    signal.removeEventListener('abort', breakOff)
    signal.throwIfAborted()
  }
}

/** Ends processes that an earlier run left behind: asks with SIGTERM, insists with SIGKILL after `limit_ms`. */
export async function endProcesses(left: ProcessIdentity[], limit_ms: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const running = left.filter(isRunning)
    if (running.length === 0) return
    for (const { pid } of running) sendSignal(pid, signal)
    await waitUntil(() => !running.some(isRunning), limit_ms)
  }
}

const WATCH = `
born() {
  if [ -r "/proc/$1/stat" ]; then s=$(cat "/proc/$1/stat"); set -- \${s##*) }; echo "\${20}"
  else ps -o lstart= -p "$1"; fi
}
was=$(born "$1"); cat >/dev/null
[ -n "$was" ] && [ "$(born "$1")" = "$was" ] && kill -"$2" "$1"`

/**
 * Sends `signal` to process `pid` when this program ends without having called `release`, kill -9 included:
 * a shell waits on a pipe that only this program holds open.
 */
export function guardProcess(pid: number, signal: 'INT' | 'TERM' | 'KILL'): { release: () => void } {
  const guard = spawn('/bin/sh', ['-c', WATCH, 'sh', String(pid), signal], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  guard.stdin.on('error', () => undefined)
  guard.on('error', () => undefined)
  return { release: () => void guard.kill('SIGKILL') }
}

function procStat(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function ps(pid: number, column: string): string | null {
  if (process.platform === 'linux') return null
  try {
    const line = execFileSync('ps', ['-o', column, '-p', String(pid)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return line.toString().trim() || null
  } catch {
    return null
  }
}
