import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import { type Db, openDb } from './sql.ts'

const database = await testDatabase()
after(() => database.drop())

async function onEmptyDatabase(work: (dbs: Db[]) => Promise<void>): Promise<void> {
  const name = `t_${randomBytes(8).toString('hex')}`
  await database.db.query(`create database ${name} template template0`)
  const url = Object.assign(new URL(database.url), { pathname: `/${name}` }).href
  const dbs = [openDb(url), openDb(url), openDb(url)]
  try {
    await work(dbs)
  } finally {
    await Promise.all(dbs.map((db) => db.pool.end()))
    await database.db.query(`drop database ${name} with (force)`)
  }
}

describe('migrate', () => {
  test('a migrated database has nothing pending, and migrating again does nothing', async () => {
    assert.deepEqual(await pendingMigrations(database.db), [])
    assert.deepEqual(await migrate(database.db), [])
  })

  test('a migration that is not recorded is pending', async () => {
    const { rows } = await database.db.query<{ name: string }>('delete from schema_migration returning name')
    assert.deepEqual(await pendingMigrations(database.db), rows.map(({ name }) => name).toSorted())
    assert.ok(rows.length > 0)
  })

  test('three processes that start together on an empty database migrate it once', async () => {
    await onEmptyDatabase(async (dbs) => {
      const applied = await Promise.all(dbs.map((db) => migrate(db)))
      const names = applied.flat()
      assert.equal(new Set(names).size, names.length)
      assert.ok(names.length > 0)
      for (const db of dbs) assert.deepEqual(await pendingMigrations(db), [])
    })
  })
})
