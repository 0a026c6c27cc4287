import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../packages/sandbox/src/postgres.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { openDb } from '../packages/server/src/db/sql.ts'
import { TEMPLATE } from '../test/support/database.ts'
import { startWorld, type World } from '../test/support/world.ts'

/**
 * The tests' world on a PostgreSQL of its own with the sandbox's settings: fsync and synchronous commit on.
 * Everything stands in a temporary folder and is gone after `stop`.
 */
export async function startBenchWorld(): Promise<{ world: World; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-bench-'))
  const postgres = await startPostgres({ dir: join(folder, 'postgres') })
  const end = async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const admin = openDb(postgres.superuser_url)
    await admin.query(`create database ${TEMPLATE}`)
    await admin.pool.end()
    const template = openDb(Object.assign(new URL(postgres.superuser_url), { pathname: `/${TEMPLATE}` }).href)
    await migrate(template)
    await template.pool.end()
    // Where the tests' world looks for its server.
    process.env['SKIRO_TEST_PG_URL'] = postgres.superuser_url
    const world = await startWorld()
    let stopping: Promise<void> | null = null
    const stopAll = async () => {
      try {
        await world.stop()
      } finally {
        await end()
      }
    }
    return { world, stop: () => (stopping ??= stopAll()) }
  } catch (error) {
    await end()
    throw error
  }
}
