import { migrate } from '../../packages/server/src/db/migrate.ts'
import { openDb } from '../../packages/server/src/db/sql.ts'
import { makeRoles } from '../../packages/server/src/db/roles/makeRoles.ts'
import { roleUrls, TEMPLATE } from './database.ts'

/**
 * Makes the migrated template that every test database is a clone of, on a fresh server, and tells `testDatabase` where
 * the server is.
 */
export async function makeTemplate({ superuser_url }: { superuser_url: string }): Promise<void> {
  const admin = openDb(superuser_url)
  await admin.query(`create database ${TEMPLATE}`)
  await admin.pool.end()
  const template = openDb(Object.assign(new URL(superuser_url), { pathname: `/${TEMPLATE}` }).href)
  await makeRoles(template, roleUrls(superuser_url))
  await migrate(template)
  await template.pool.end()
  process.env['SKIRO_TEST_PG_URL'] = superuser_url
}
