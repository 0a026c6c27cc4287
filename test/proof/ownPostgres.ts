import { execFile } from 'node:child_process'
import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Postgres, startPostgres } from '../../packages/sandbox/src/postgres.ts'
import { migrate } from '../../packages/server/src/db/migrate.ts'
import { makeRoles } from '../../packages/server/src/db/roles/makeRoles.ts'
import { type Db, openDb } from '../../packages/server/src/db/sql.ts'
import { roleUrls } from '../support/database.ts'

/** A PostgreSQL that a test may crash and put back to an older state. Its address stays the same. */
export type OwnPostgres = {
  readonly url: string
  readonly db: Db
  /** `pg_ctl -m immediate stop`, then a start with recovery. */
  crash(): Promise<void>
  /** Stops it, copies its files to `folder`, starts it again. */
  backUp(folder: string): Promise<void>
  /** Stops it, puts the files of `folder` in the place of its own, starts it again. */
  restore(folder: string): Promise<void>
  stop(): Promise<void>
}

/** Starts it with its data in `dir`, with the gateway's schema and roles. */
export async function startOwnPostgres(dir: string): Promise<OwnPostgres> {
  let server: Postgres = await startPostgres({ dir })
  const { url, port } = server
  const db = openDb(url, { name: 'proof' })
  await makeRoles(db, roleUrls(url))
  await migrate(db)
  const data = await realpath(join(dir, 'data'))

  async function whileStopped(work: () => Promise<void>): Promise<void> {
    await server.stop()
    await work()
    server = await startPostgres({ dir, port })
  }
  // The server may run under another account than we do, and its files have to stay that account's.
  const copy = async (from: string, to: string) => void (await promisify(execFile)('cp', ['-a', from, to]))

  return {
    url,
    db,
    async crash() {
      process.kill(server.pid, 'SIGQUIT')
      await server.exited
      server = await startPostgres({ dir, port })
    },
    backUp: (folder) => whileStopped(() => copy(data, folder)),
    restore: (folder) =>
      whileStopped(async () => {
        await rm(data, { recursive: true })
        await copy(folder, data)
      }),
    async stop() {
      await db.pool.end()
      await server.stop()
    },
  }
}
