import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ROOT } from '../sdk/project.ts'
import { COMPILED } from '../support/compiled.ts'

const BIN = join(ROOT, 'node_modules/.bin')
const OPERATOR = join(ROOT, 'packages/server/bin/skiro-server.mjs')

/** A terminal: variables and the folder stay from one command to the next. */
export type Shell = {
  /** Runs the command to its end. `refusals`: curl may be answered with an error. */
  run(command: string, refusals?: boolean): Promise<{ status: number | null; out: string; err: string }>
  /** Starts the command and leaves it running. */
  start(command: string): { printed(): string; stop(): Promise<void> }
}

/** Opens a terminal in `dir`, which has to be empty of a file `.terminal`. */
export function openShell(dir: string, env: Readonly<Record<string, string>>): Shell {
  const state = join(dir, '.terminal')
  const launch = (command: string, refusals: boolean): ChildProcess =>
    spawn('bash', ['-c', script(state, command, refusals)], {
      cwd: dir,
      env: {
        HOME: dir,
        ...COMPILED,
        ...env,
        PATH: [dirname(process.execPath), BIN, process.env.PATH].join(delimiter),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Of its own group, so that what it started ends with it.
      detached: true,
    })
  return {
    async run(command, refusals = false) {
      const child = launch(command, refusals)
      const [out, err, [status]] = await Promise.all([
        text(child.stdout!),
        text(child.stderr!),
        once(child, 'close') as Promise<[number | null]>,
      ])
      return { status, out, err }
    },
    start(command) {
      const child = launch(command, false)
      let printed = ''
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (printed += chunk))
      const closed = once(child, 'close')
      const stop = async () => {
        if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGINT')
        await closed
      }
      return { printed: () => printed, stop }
    },
  }
}

/**
 * `set -a`: a plain `name=value` is there for programs too, as later blocks may use either. curl fails when it is
 * answered with an error; `npx skiro-server` is the one of this repository, wherever the shell is.
 */
function script(state: string, command: string, refusals: boolean): string {
  return `set -eo pipefail
if [ -f '${state}' ]; then . '${state}'; cd "$PWD"; fi
curl() { command curl ${refusals ? '' : '--fail-with-body'} "$@"; }
npx() { [ "$1" = skiro-server ] && shift && node '${OPERATOR}' "$@"; }
set -a
${command}
set +a
export -p > '${state}'`
}
