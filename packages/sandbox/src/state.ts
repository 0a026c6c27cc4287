import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Every place the sandbox keeps something in, all under one folder. */
export interface StatePaths {
  dir: string
  lock: string
  ports: string
  secrets: string
  processes: string
  merchant: string
  gateway_env: string
  sandbox: string
  postgres: string
  postgres_log: string
  gateway_log: string
  chain: string
  bitcoin: string
  acquirer: string
  shop: string
  mailbox: string
}

/** The places below the state folder `dir`. */
export function statePaths(dir: string): StatePaths {
  return {
    dir,
    lock: join(dir, 'sandbox.lock'),
    ports: join(dir, 'ports.json'),
    secrets: join(dir, 'secrets.json'),
    processes: join(dir, 'processes.json'),
    merchant: join(dir, 'merchant.json'),
    gateway_env: join(dir, 'gateway.env'),
    sandbox: join(dir, 'sandbox.json'),
    postgres: join(dir, 'postgres'),
    postgres_log: join(dir, 'postgres.log'),
    gateway_log: join(dir, 'gateway.log'),
    chain: join(dir, 'chain'),
    bitcoin: join(dir, 'bitcoin'),
    acquirer: join(dir, 'acquirer'),
    shop: join(dir, 'shop'),
    mailbox: join(dir, 'mailbox'),
  }
}

/**
 * Reads a JSON file that the sandbox wrote, null when it is absent. Throws a plain message when it is not JSON.
 */
export function readJson<T>(file: string): T | null {
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file} is damaged. Remove it, or start with --fresh.`, { cause })
  }
}

/** Writes a JSON file, see `writeText`. */
export function writeJson(file: string, value: unknown): void {
  writeText(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** Writes settings for `--env-file`, see `writeText`. Values hold neither line ends nor single quotes: JSON, URLs, keys. */
export function writeEnv(file: string, settings: Readonly<Record<string, string>>): void {
  writeText(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  )
}

/**
 * Writes a file so that a crash leaves the old or the new content, never a part: written beside, synced,
 * renamed. Only its owner may read it.
 */
function writeText(file: string, text: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      writeSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncFolder(dirname(file))
}

const LOG_LIMIT = 20 * 1024 * 1024

/** Opens a log for appending and gives its descriptor. A log over 20 MB is first set aside as `<file>.old`. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true })
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.old`)
  return openSync(file, 'a', 0o600)
}

/** The last lines of a log, for an error message; empty when there is none. */
export function logTail(file: string, lines = 15): string {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}

/** Makes a rename in `folder` survive a power cut. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
