import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isAlive, processCommand, sendSignal, waitUntil } from '../processes.ts'

/** What a running server writes into its data folder, see pg_ctl of PostgreSQL and miscadmin.h LOCK_FILE_LINE_*. */
export interface PidFile {
  pid: number
  port: string
  ready: boolean
}

/** Reads `postmaster.pid`, null when it is absent or not complete yet. */
export function readPidFile(file: string): PidFile | null {
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  return { pid, port: (lines[3] ?? '').trim(), ready: lines[7]?.trim() === 'ready' }
}

/**
 * Makes the data of `file` (a postmaster.pid) free to be started: stops a server that an earlier run left
 * running. Throws when it does not stop.
 */
export async function stopLeftover(file: string): Promise<void> {
  const found = readPidFile(file)
  if (found === null) return
  if (isServer(found)) await stopServer(found)
  // Still there after a crash. PostgreSQL takes any process of this pid for a running server: another program that
  // got the pid, or a zombie that nobody waits for. The rest of the file has to stay: by it PostgreSQL sees whether
  // a process of the old server still uses its shared memory.
  if (readPidFile(file) === null) return
  const rest = readFileSync(file, 'utf8').split('\n').slice(1)
  writeFileSync(file, [NO_PROCESS, ...rest].join('\n'))
}

/** Above the highest pid that Linux and macOS give. */
const NO_PROCESS = '999999999'

async function stopServer(found: PidFile): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    sendSignal(found.pid, signal)
    if (await waitUntil(() => !isServer(found), 8_000)) return
  }
  throw new Error(`An earlier PostgreSQL (process ${found.pid}) does not stop. End it and try again.`)
}

function isServer(found: PidFile): boolean {
  if (!isAlive(found.pid)) return false
  const command = ` ${processCommand(found.pid) ?? ''} `
  return command.includes('/postgres -D ') && command.includes(` -p ${found.port} `)
}
