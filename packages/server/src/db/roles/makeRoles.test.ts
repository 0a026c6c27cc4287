import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Postgres, startPostgres } from '../../../../sandbox/src/postgres.ts'
import { migrate } from '../migrate.ts'
import { openDb } from '../sql.ts'
import { makeRoles } from './makeRoles.ts'

// A server of its own: roles belong to a whole server, and this one begins without ours.
const folder = await mkdtemp(join(tmpdir(), 'skiro-roles-'))
const log_file = join(folder, 'postgres.log')
const settings = { fsync: 'off', log_statement: 'ddl' }
const postgres: Postgres = await startPostgres({ dir: join(folder, 'postgres'), log_file, settings })
const superuser = openDb(Object.assign(new URL(postgres.superuser_url), { pathname: '/skiro' }).href)
const owner = openDb(postgres.url)
after(async () => {
  await Promise.all([superuser.pool.end(), owner.pool.end()])
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

const login = (username: string, password: string) =>
  Object.assign(new URL(postgres.url), { username, password: encodeURIComponent(password) }).href

async function asks(url: string, statement = 'select current_user as name'): Promise<unknown> {
  const db = openDb(url, { max: 1 })
  try {
    return (await db.query<{ name: string }>(statement)).rows[0]?.name
  } finally {
    await db.pool.end()
  }
}

const NOBODY = { serve: null, work: null }
const WORK = login('skiro_work', 'first: %/@')

test('an owner who may make no roles migrates all the same, and hears what is left', async () => {
  await superuser.query('alter role skiro nocreaterole')
  assert.deepEqual(await makeRoles(owner, NOBODY), [
    'The role skiro_serve is missing. Somebody who may make roles runs: create role skiro_serve;',
    'The role skiro_work is missing. Somebody who may make roles runs: create role skiro_work;',
  ])
  assert.ok((await migrate(owner)).length > 0)

  await superuser.query('create role skiro_serve; create role skiro_work login')
  const urls = { serve: login('skiro_serve', 'x'), work: login('somebody', 'x') }
  assert.deepEqual(await makeRoles(owner, urls), [
    "Nobody can log in as skiro_serve. Somebody who may make roles runs: create role skiro_serve login password '…';",
    "Nobody can log in as somebody. Somebody who may make roles runs: create role somebody login password '…' in role skiro_work;",
  ])
  await superuser.query('create role somebody login')
  const [, membership] = await makeRoles(owner, urls)
  assert.match(membership ?? '', /runs: grant skiro_work to somebody;$/)
  await superuser.query(`grant skiro_work to somebody; alter role somebody password 'x'`)
  assert.deepEqual(await makeRoles(owner, { ...NOBODY, work: urls.work }), [])
  // The rights come with the next run of `migrate`, however the roles were made.
  await assert.rejects(asks(urls.work, 'select from payout'), { code: '42501' })
  assert.deepEqual(await migrate(owner), [])
  assert.equal(await asks(urls.work, 'select count(*)::text as name from payout'), '0')
  await superuser.query(
    'drop owned by skiro_serve, skiro_work; drop role skiro_serve, skiro_work, somebody; alter role skiro createrole',
  )
})

test('an owner who may makes roles and logins, and sets a password that has changed', async () => {
  assert.deepEqual(await makeRoles(owner, { serve: login('shop_serve', 'secret-of-serve'), work: WORK }), [])
  assert.deepEqual(await migrate(owner), [])
  assert.equal(await asks(WORK), 'skiro_work')
  assert.equal(
    await asks(login('shop_serve', 'secret-of-serve'), 'select id as name from merchant'),
    undefined,
  )
  await assert.rejects(asks(login('skiro_work', 'wrong')), { code: '28P01' })
  await assert.rejects(asks(login('skiro_serve', 'secret-of-serve')), { code: '28P01' })

  const changed = login('skiro_work', 'second')
  assert.deepEqual(await makeRoles(owner, { ...NOBODY, work: changed }), [])
  assert.equal(await asks(changed), 'skiro_work')
  await assert.rejects(asks(WORK), { code: '28P01' })
  // Nothing is said, nothing is changed.
  assert.deepEqual(await makeRoles(owner, NOBODY), [])
  assert.equal(await asks(changed), 'skiro_work')
})

test('several at once do no harm', async () => {
  const made = Array.from({ length: 4 }, () => makeRoles(owner, { ...NOBODY, work: WORK }))
  assert.deepEqual((await Promise.all(made)).flat(), [])
  assert.equal(await asks(WORK), 'skiro_work')
})

test('a user whom no right binds is no user for a process', async () => {
  const [same] = await makeRoles(owner, { ...NOBODY, serve: postgres.url })
  assert.match(same ?? '', /^skiro owns the tables/)
  const [strong] = await makeRoles(owner, { ...NOBODY, serve: postgres.superuser_url })
  assert.match(strong ?? '', /^postgres is a superuser/)
})

test('no password is in the log of the server, though it has every statement', async () => {
  const log = await readFile(log_file, 'utf8')
  assert.ok(log.includes(`alter role "skiro_work" login password 'SCRAM-SHA-256$4096:`))
  for (const password of ['secret-of-serve', 'first: ', 'second'])
    assert.ok(!log.includes(`'${password}`), password)
})
