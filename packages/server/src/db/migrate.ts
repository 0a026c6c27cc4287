import { readdir, readFile } from 'node:fs/promises'
import { runMigrations } from 'graphile-worker'
import { checkIdOrder } from './checkIdOrder.ts'
import { grantRights } from './roles/grantRights.ts'
import { type Db, inTransaction } from './sql.ts'

const FOLDER = new URL('../../migrations/', import.meta.url)
// Any constant: it keeps two processes that start together from migrating twice.
const LOCK = 7_254_310_201

/**
 * Brings the database to the newest schema: our own numbered files, then the job queue's, then the rights of the roles.
 * Each file is one transaction; running it again does nothing. Returns the names applied now.
 * @throws UnusableDatabase when the database sorts ids in another order than their bytes
 */
export async function migrate(db: Db): Promise<string[]> {
  const names = await knownMigrations()
  await checkIdOrder(db)
  const applied: string[] = []
  await inTransaction(db, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    await tx.query(
      'create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())',
    )
  })
  for (const name of names) {
    const text = await readFile(new URL(name, FOLDER), 'utf8')
    await inTransaction(db, async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
      await tx.query("set local lock_timeout = '2s'")
      const { rows } = await tx.query('select from schema_migration where name = $1', [name])
      if (rows.length > 0) return
      await tx.query(text)
      await tx.query('insert into schema_migration (name) values ($1)', [name])
      applied.push(name)
    })
  }
  await runMigrations({ pgPool: db.pool })
  await grantRights(db, LOCK)
  return applied
}

/** Names of this build's migrations, oldest first. */
export async function knownMigrations(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).toSorted()
}

/** Names of migrations that this build has and the database lacks. Empty means ready to serve. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const names = await knownMigrations()
  const { rows } = await db.query<{ name: string }>('select name from schema_migration')
  const have = new Set(rows.map((row) => row.name))
  return names.filter((name) => !have.has(name))
}
