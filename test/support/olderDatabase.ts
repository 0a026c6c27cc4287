import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { knownMigrations } from '../../packages/server/src/db/migrate.ts'
import { type Db, openDb } from '../../packages/server/src/db/sql.ts'
import { testDatabase } from './database.ts'

const FOLDER = new URL('../../packages/server/migrations/', import.meta.url)

/**
 * A database as an older version left it: with every migration before `next` (its number, such as `0009`), and no row.
 * `migrate` makes it today's.
 */
export async function olderDatabase(next: string): Promise<{ db: Db; drop(): Promise<void> }> {
  const database = await testDatabase()
  const name = `t_${randomBytes(8).toString('hex')}`
  await database.db.query(`create database ${name} template template0`)
  const db = openDb(Object.assign(new URL(database.url), { pathname: `/${name}` }).href)
  await db.query(
    'create table schema_migration (name text primary key, applied_at timestamptz default now())',
  )
  for (const file of (await knownMigrations()).filter((known) => known < next)) {
    await db.query(await readFile(new URL(file, FOLDER), 'utf8'))
    await db.query('insert into schema_migration (name) values ($1)', [file])
  }
  return {
    db,
    async drop() {
      await db.pool.end()
      await database.db.query(`drop database ${name} with (force)`)
      await database.drop()
    },
  }
}
