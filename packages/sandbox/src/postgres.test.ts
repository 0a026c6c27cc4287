import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { after, type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { chooseAccount } from './postgres/account.ts'
import { findBinaries, reachableBinaries, repairBinaries } from './postgres/binaries.ts'
import { removeCluster } from './postgres/cluster.ts'
import { type Postgres, type PostgresOptions, startPostgres } from './postgres.ts'
import { isAlive, waitUntil } from './processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'skiro-postgres-'))
const dir = join(folder, 'postgres')
after(() => rmSync(folder, { recursive: true, force: true }))

const as_root =
  process.getuid?.() === 0 ? {} : { skip: 'only root has to hand the server to another account' }

async function start(t: TestContext, options: PostgresOptions): Promise<Postgres> {
  const server = await startPostgres(options)
  t.after(() => server.stop())
  return server
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

/** What the program says first. Rejects when it ends without a word. */
async function firstWords(program: { stdout: Readable }): Promise<string> {
  for await (const words of program.stdout) return String(words)
  throw new Error('The program said nothing.')
}

const numbers = 'select n from numbers order by n'

test('a new server keeps its promises', async (t) => {
  const server = await start(t, { dir, settings: { work_mem: '5MB' } })
  const settings = [
    'fsync',
    'synchronous_commit',
    'data_checksums',
    'max_connections',
    'listen_addresses',
    'work_mem',
  ]
  const values = settings.map((name) => `current_setting('${name}')`).join(', ')
  const shown = await query(server.url, `select ${values}`)
  assert.deepEqual(shown, ['on', 'on', 'on', '200', '127.0.0.1', '5MB'])
  assert.match(String(await query(server.url, 'show server_version')), /^18\./)
  const facts =
    'select datcollate, datlocale, pg_encoding_to_char(encoding) from pg_database where datname = current_database()'
  assert.deepEqual(await query(server.url, facts), ['C', 'C.UTF-8', 'UTF8'])
  const role = 'select rolsuper from pg_roles where rolname = current_user'
  assert.deepEqual(await query(server.url, role), [false])
  assert.deepEqual(await query(server.superuser_url, role), [true])
  await query(server.url, 'create database twin template skiro')
  await query(server.url, 'drop database twin')
  assert.equal(statSync(join(dir, 'passwords.json')).mode & 0o777, 0o600)
  const guess = new URL(server.superuser_url)
  guess.password = 'guess'
  await assert.rejects(query(guess.href, 'select 1'), { code: '28P01' })
  await query(server.url, 'create table numbers (n int)')
  await query(server.url, 'insert into numbers values (1)')
  await server.stop()
  assert.equal(isAlive(server.pid), false)
  assert.match(readFileSync(join(dir, 'postgres.log'), 'utf8'), /database system is shut down\s*$/)
})

test('data survive a restart, also when the port changes', async (t) => {
  const first = await start(t, { dir })
  assert.deepEqual(await query(first.url, numbers), [1])
  await Promise.all([first.stop(), first.stop()])
  const second = await start(t, { dir })
  assert.equal(second.system_identifier, first.system_identifier)
  assert.deepEqual(await query(second.url, numbers), [1])
  await second.stop()
})

test('committed data survive kill -9 of the server', async (t) => {
  const server = await start(t, { dir })
  await query(server.url, 'insert into numbers values (2)')
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  const next = await start(t, { dir })
  assert.deepEqual(await query(next.url, numbers), [1, 2])
  await next.stop()
})

test('a server still running on the same data is stopped first', async (t) => {
  const left = await start(t, { dir })
  const next = await start(t, { dir, port: left.port })
  await left.exited
  assert.equal(isAlive(left.pid), false)
  assert.deepEqual(await query(next.url, numbers), [1, 2])
  await next.stop()
})

// A shell that becomes another program does not wait for what it started before: that stays as a zombie.
for (const [what, script] of [
  ['another program', 'echo $$; exec sleep 60'],
  ['a zombie', 'true & echo $!; exec sleep 60'],
] as const) {
  test(`the pid of a dead server that belongs to ${what} does not block`, async (t) => {
    const { uid, gid } = statSync(join(dir, 'data'))
    const other = spawn('/bin/sh', ['-c', script], {
      uid,
      gid,
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: '/',
    })
    t.after(() => other.kill())
    const pid = Number(await firstWords(other))
    const server = await start(t, { dir })
    process.kill(server.pid, 'SIGKILL')
    await server.exited
    const pid_file = join(dir, 'data', 'postmaster.pid')
    writeFileSync(pid_file, readFileSync(pid_file, 'utf8').replace(/^\d+/, String(pid)))
    const next = await start(t, { dir })
    assert.deepEqual(await query(next.url, numbers), [1, 2])
    assert.equal(existsSync(`/proc/${other.pid}`) || process.platform !== 'linux', true)
    await next.stop()
  })
}

test('the server ends when its program is killed with -9', async () => {
  const code = `const { startPostgres } = await import(${JSON.stringify(import.meta.resolve('./postgres.ts'))})
    console.log((await startPostgres({ dir: ${JSON.stringify(dir)} })).pid)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = Number(await firstWords(program))
  assert.equal(isAlive(pid), true)
  program.kill('SIGKILL')
  assert.equal(await waitUntil(() => !isAlive(pid), 5_000), true)
  assert.match(readFileSync(join(dir, 'postgres.log'), 'utf8'), /database system is shut down\s*$/)
})

test('a start that is broken off leaves nothing half made', async (t) => {
  const early = join(folder, 'early')
  const broken = new AbortController()
  const starting = startPostgres({ dir: early, signal: broken.signal })
  await waitUntil(
    () => existsSync(early) && readdirSync(early).some((name) => name.startsWith('new-')),
    5_000,
  )
  setTimeout(() => broken.abort(), 100)
  await assert.rejects(starting, { name: 'AbortError' })
  assert.deepEqual(readdirSync(early), ['passwords.json'])
  const server = await start(t, { dir: early })
  await server.stop()
})

test('a port that is taken is told with the words of the server', async (t) => {
  const first = await start(t, { dir })
  const second = startPostgres({ dir: join(folder, 'second'), port: first.port })
  await assert.rejects(second, /could not create any TCP\/IP sockets/)
  await first.stop()
})

test('lost passwords are told, the data stay', async () => {
  const kept = readFileSync(join(dir, 'passwords.json'))
  unlinkSync(join(dir, 'passwords.json'))
  await assert.rejects(startPostgres({ dir }), /passwords\.json is missing/)
  assert.equal(existsSync(join(dir, 'data', 'PG_VERSION')), true)
  writeFileSync(join(dir, 'passwords.json'), kept, { mode: 0o600 })
})

test('as root, below a folder that only root may enter, the data stay there', as_root, async (t) => {
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(folder).uid, 0)
  const server = await start(t, { dir })
  const data = realpathSync(join(dir, 'data'))
  assert.equal(data.startsWith(realpathSync(folder)), true)
  assert.notEqual(statSync(data).uid, 0)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  assert.match(status, /^CapEff:\t0+$/m)
  assert.match(status, new RegExp(`^Uid:\t${statSync(data).uid}\t`, 'm'))
  await server.stop()
})

test(
  'as root, without a way to the data by descriptor, they move to a folder that can be reached',
  as_root,
  async (t) => {
    const moved = join(folder, 'moved')
    const first = await start(t, { dir: moved, ways: ['path'] })
    await query(first.url, 'create table numbers as select 7 as n')
    await first.stop()
    assert.equal(lstatSync(join(moved, 'data')).isSymbolicLink(), true)
    const home = dirname(realpathSync(join(moved, 'data')))
    const second = await start(t, { dir: moved, ways: ['path'] })
    assert.deepEqual(await query(second.url, numbers), [7])
    await second.stop()
    removeCluster(moved)
    assert.equal(existsSync(home), false)
    assert.equal(existsSync(moved), false)
  },
)

test('as root, programs out of reach are copied once to a folder within reach', as_root, async () => {
  const installed = join(folder, 'package', 'native')
  const shared = mkdtempSync('/var/tmp/skiro-test-')
  try {
    cpSync(dirname(await findBinaries()), dirname(installed), { recursive: true, verbatimSymlinks: true })
    for (const name of readdirSync(join(installed, 'lib'), { withFileTypes: true })) {
      if (name.isSymbolicLink()) unlinkSync(join(installed, 'lib', name.name))
    }
    chmodSync(join(installed, 'bin', 'postgres'), 0o600)
    repairBinaries(installed)
    const account = chooseAccount(null)
    assert.equal(reachableBinaries(installed, null, [shared]), installed)
    chmodSync(shared, 0o777)
    assert.throws(() => reachableBinaries(installed, account, [shared]), /can neither run/)
    chmodSync(shared, 0o755)
    const copy = reachableBinaries(installed, account, [shared])
    assert.equal(dirname(copy), shared)
    const version = spawnSync(join(copy, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' })
    assert.match(version.stdout.toString(), /PostgreSQL\) 18/)
    const made = statSync(copy).ctimeMs
    assert.equal(reachableBinaries(installed, account, [shared]), copy)
    assert.equal(statSync(copy).ctimeMs, made)
    unlinkSync(join(copy, 'bin', 'initdb'))
    symlinkSync('/nowhere', join(copy, 'bin', 'initdb'))
    assert.equal(reachableBinaries(installed, account, [shared]), copy)
    assert.equal(lstatSync(join(copy, 'bin', 'initdb')).isFile(), true)
  } finally {
    rmSync(shared, { recursive: true, force: true })
  }
})
