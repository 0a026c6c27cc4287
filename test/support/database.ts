import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Db, openDb } from '../../packages/server/src/db/sql.ts'

/**
 * A database of its own for one test file: a clone of the migrated template that the test command made.
 * `SKIRO_TEST_PG_URL` points at the server; run tests with `npm test [-- files]`, which starts one.
 */
export async function testDatabase(): Promise<{ db: Db; url: string; drop(): Promise<void> }> {
  const server = process.env.SKIRO_TEST_PG_URL
  if (!server) throw new Error('Run tests with `npm test -- <files>`: it starts PostgreSQL for them.')
  const name = `t_${randomBytes(8).toString('hex')}`
  // Copied as files: the other way takes every page through the log.
  await onServer(server, `create database ${name} template ${TEMPLATE} strategy file_copy`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const db = openDb(url, { name: 'test' })
  return {
    db,
    url,
    async drop() {
      await db.pool.end()
      await onServer(server, `drop database ${name} with (force)`)
    },
  }
}

export const TEMPLATE = 'skiro_template'

/** No secret: PostgreSQL of tests listens on loopback, and is gone after them. */
const PASSWORD = 'of-a-test'

/** The same database as the users that `serve` and `work` have in production: what `makeRoles` takes. */
export function roleUrls(url: string): { serve: string; work: string } {
  const as = (username: string) => Object.assign(new URL(url), { username, password: PASSWORD }).href
  return { serve: as('skiro_serve'), work: as('skiro_work') }
}

/** The environment of a process that runs with the rights it has in production, on whatever database is in there. */
export function withRoles<E extends { SKIRO_DATABASE_URL?: string }>(env: E): E {
  const { serve, work } = roleUrls(env.SKIRO_DATABASE_URL ?? '')
  return { SKIRO_SERVE_DATABASE_URL: serve, SKIRO_WORK_DATABASE_URL: work, ...env }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
