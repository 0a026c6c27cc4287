import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { checkIdOrder, UnusableDatabase } from './checkIdOrder.ts'
import { migrate } from './migrate.ts'
import { openDb } from './sql.ts'

const database = await testDatabase()
after(() => database.drop())

test('a database that sorts ids by their bytes is fine', async () => {
  await checkIdOrder(database.db)
})

test('one that sorts as Czech does is refused before it is filled', async () => {
  const name = 'czech'
  await database.db.query(
    `create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'cs-CZ' locale 'C'`,
  )
  const czech = openDb(Object.assign(new URL(database.url), { pathname: `/${name}` }).href)
  try {
    await assert.rejects(checkIdOrder(czech), UnusableDatabase)
    await assert.rejects(migrate(czech), /locale 'C\.UTF-8'/)
    const { rows } = await czech.query(`select from pg_tables where schemaname = 'public'`)
    assert.equal(rows.length, 0)
  } finally {
    await czech.pool.end()
    await database.db.query(`drop database ${name}`)
  }
})
