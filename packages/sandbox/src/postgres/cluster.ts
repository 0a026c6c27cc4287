import { spawn } from 'node:child_process'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { guardProcess, untilEnded } from '../processes.ts'
import { syncFolder } from '../state.ts'
import type { Account } from './account.ts'
import { type Reached, reach, type Way } from './reach.ts'

/** Root-owned folder for data that the database account can reach in no other way. */
const REMOTE_HOME = '/var/lib/skiro'

/** Account that owns the data in `dir`, null when there are none yet. */
export function dataOwner(dir: string): Account | null {
  const data = join(dir, 'data')
  if (!existsSync(data)) return null
  const { uid, gid } = statSync(data)
  return { uid, gid }
}

/** How a cluster is made. */
export interface ClusterOptions {
  /** Folder with the PostgreSQL programs. */
  binaries: string
  account: Account | null
  /** Of the superuser. */
  password: string
  ways: readonly Way[]
  /** Breaks it off. */
  signal: AbortSignal
}

/**
 * Makes the database cluster `<dir>/data` with initdb when there is none. It is built beside and renamed when
 * complete, so a crash leaves none or a whole one. Where the account has no way into `dir` the data go to
 * /var/lib/skiro and `<dir>/data` is a symlink there.
 */
export async function createCluster(dir: string, options: ClusterOptions): Promise<void> {
  const { account } = options
  for (const name of readdirSync(dir)) {
    if (name.startsWith('new-')) rmSync(join(dir, name), { recursive: true, force: true })
  }
  if (existsSync(join(dir, 'data'))) return
  rmSync(join(dir, 'data'), { force: true })
  if (await buildIn(dir, options)) return
  mkdirSync(REMOTE_HOME, { recursive: true, mode: 0o755 })
  const home = mkdtempSync(join(REMOTE_HOME, 'data-'))
  if (account !== null) chownSync(home, account.uid, account.gid)
  if (!(await buildIn(home, options))) {
    throw new Error(
      `PostgreSQL must not run as root, and account ${account?.uid} cannot reach ${dir} or ${home}.`,
    )
  }
  symlinkSync(join(home, 'data'), join(dir, 'data'))
  syncFolder(dir)
}

/** Removes the cluster of `dir`, also where `<dir>/data` is a symlink to it. */
export function removeCluster(dir: string): void {
  const data = join(dir, 'data')
  const linked = lstatSync(data, { throwIfNoEntry: false })?.isSymbolicLink() === true
  if (linked && existsSync(data)) {
    const home = dirname(realpathSync(data))
    if (dirname(home) === REMOTE_HOME) rmSync(home, { recursive: true, force: true })
  }
  rmSync(dir, { recursive: true, force: true })
}

async function buildIn(home: string, options: ClusterOptions): Promise<boolean> {
  const { account, password, ways } = options
  const stage = mkdtempSync(join(home, 'new-'))
  try {
    mkdirSync(join(stage, 'data'), { mode: 0o700 })
    writeFileSync(join(stage, 'password'), `${password}\n`, { mode: 0o600 })
    const owned = ['.', 'data', 'password'].map((name) => join(stage, name))
    if (account !== null) for (const path of owned) chownSync(path, account.uid, account.gid)
    const way = reach(stage, account, ways)
    if (way === null) return false
    try {
      await runInitdb(way, options)
    } finally {
      way.close()
    }
    renameSync(join(stage, 'data'), join(home, 'data'))
    syncFolder(home)
    return true
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

async function runInitdb(way: Reached, options: ClusterOptions): Promise<void> {
  const { binaries, account, signal } = options
  const args = [
    `--pgdata=${way.path}/data`,
    `--pwfile=${way.path}/password`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--data-checksums',
    // The builtin provider sorts alike on every machine, whatever locales its system has.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]
  const child = spawn(join(binaries, 'bin', 'initdb'), args, {
    ...account,
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe', ...way.stdio],
  })
  const guard = child.pid === undefined ? null : guardProcess(child.pid, 'TERM')
  const ended = untilEnded(child, signal).finally(() => guard?.release())
  const [code, complaint] = await Promise.all([ended, text(child.stderr!)])
  if (code !== 0) throw new Error(`initdb failed (${code}):\n${complaint.trim()}`)
}
