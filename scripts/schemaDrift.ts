/**
 * `node scripts/schemaDrift.ts`: whether packages/server/schema.sql is the schema that the migrations make; `--write`
 * writes it. Migrates an empty database on the server at `SKIRO_TEST_PG_URL`, else on one that it starts for itself.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../packages/sandbox/src/postgres.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { openDb } from '../packages/server/src/db/sql.ts'
import { settle } from './drift.ts'
import { dumpSchema } from './dumpSchema.ts'

const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Calls `work` with the address of a server, and stops that server when it was started for it. */
async function withServer<T>(work: (superuser_url: string) => Promise<T>): Promise<T> {
  const given = process.env['SKIRO_TEST_PG_URL']
  if (given) return await work(given)
  const folder = await mkdtemp(join(tmpdir(), 'skiro-schema-'))
  try {
    const postgres = await startPostgres({ dir: join(folder, 'postgres'), settings: SETTINGS })
    try {
      return await work(postgres.superuser_url)
    } finally {
      await postgres.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The schema that the migrations make, as text. The database it is made in is gone afterwards. */
async function migratedSchema(superuser_url: string): Promise<string> {
  const name = `schema_${randomBytes(8).toString('hex')}`
  const server = openDb(superuser_url)
  try {
    await server.query(`create database ${name} template template0`)
    const db = openDb(Object.assign(new URL(superuser_url), { pathname: `/${name}` }).href)
    try {
      await migrate(db)
      return await dumpSchema(db)
    } finally {
      await db.pool.end()
      await server.query(`drop database ${name} with (force)`)
    }
  } finally {
    await server.pool.end()
  }
}

const file = new URL('../packages/server/schema.sql', import.meta.url)
await settle(
  file,
  await withServer(migratedSchema),
  'node --conditions=source scripts/schemaDrift.ts --write',
)
