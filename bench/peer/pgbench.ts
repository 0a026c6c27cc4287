import { execFile, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Inserts, Peer, PeerOrder } from './protocol.ts'
import { insertStatement } from './sessionRow.ts'

// 3 + 7 + 19 characters, as long as an id of the gateway. Later inserts get greater ids, as the gateway's do: all
// clients advance at about the same pace. No string is built in the database but one concatenation.
const ID_PREFIX = 'cs_01bench'
const SCRIPT = `\\set seq :seq + 1
\\set n 1000000000000000000 + :seq * 100000000 + :client_id * 1000000 + random(0, 999999)
${insertStatement((column) => `:${column}`, `'${ID_PREFIX}' || :n`)};
`
const SEQUENCES_PER_RUN = 10_000_000

/** pgbench of this machine, the newest one; null when there is none. */
export function findPgbench(): Peer | null {
  // Debian keeps it off the PATH, behind a wrapper that wants a local cluster.
  const debian = globSync('/usr/lib/postgresql/*/bin/pgbench').toSorted((a, b) => major(b) - major(a))
  for (const program of [...debian, 'pgbench']) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    if (status !== 0) continue
    const version = /\d+(?:\.\d+)*/.exec(stdout)?.[0] ?? 'unknown'
    return { name: `pgbench ${version}`, insertFor: (order) => run(program, order) }
  }
  return null
}

const major = (path: string) => Number(/postgresql\/(\d+)/.exec(path)?.[1] ?? 0)

async function run(program: string, order: PeerOrder): Promise<Inserts> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-pgbench-'))
  try {
    const script = join(folder, 'insert.sql')
    await writeFile(script, SCRIPT)
    const variables = { ...order.row, seq: String(order.run * SEQUENCES_PER_RUN) }
    const url = new URL(order.database_url)
    const threads = Math.min(order.connections, availableParallelism())
    const { stdout } = await promisify(execFile)(
      program,
      [
        ['-n', '-M', 'prepared', '-f', script],
        ['-c', String(order.connections), '-j', String(threads), '-T', String(order.seconds)],
        Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
      ].flat(),
      {
        env: {
          PATH: process.env['PATH'],
          PGHOST: url.hostname,
          PGPORT: url.port,
          PGUSER: decodeURIComponent(url.username),
          PGPASSWORD: decodeURIComponent(url.password),
          PGDATABASE: url.pathname.slice(1),
        },
      },
    )
    const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1]
    const inserted = /^number of transactions actually processed: (\d+)/m.exec(stdout)?.[1]
    const failed = /^number of failed transactions: (\d+)/m.exec(stdout)?.[1] ?? '0'
    if (tps === undefined || inserted === undefined || failed !== '0')
      throw new Error(`pgbench failed:\n${stdout}`)
    return { inserted: Number(inserted), per_second: Number(tps) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
