import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { roleUrls, testDatabase } from '../../../../../test/support/database.ts'
import { openDb } from '../../db/sql.ts'
import type { Patient } from './check.ts'
import { rolesCheck } from './rolesCheck.ts'

const database = await testDatabase()
after(() => database.drop())
const urls = roleUrls(database.url)

/** What the doctor says, asked as whoever `url` is. */
async function look(url = database.url) {
  const db = openDb(url, { max: 1 })
  try {
    const findings = await rolesCheck.run({ ctx: { db } } as unknown as Patient)
    return findings.map(({ verdict, message, fix }) => ({ verdict, message, fix }))
  } finally {
    await db.pool.end()
  }
}

/** While something of that name is connected. */
async function while_runs<T>(name: string, url: string, work: () => Promise<T>): Promise<T> {
  const db = openDb(url, { name, max: 1 })
  try {
    await db.query('select 1')
    return await work()
  } finally {
    await db.pool.end()
  }
}

test('all is well: whoever asks hears who runs', async () => {
  for (const url of [database.url, urls.serve, urls.work]) {
    const rights = 'The roles have their rights, and no others.'
    assert.deepEqual(await look(url), [
      { verdict: 'ok', message: `${rights} Nothing runs now.`, fix: undefined },
    ])
    await while_runs('skiro-serve', urls.serve, async () => {
      await while_runs('skiro-work', urls.work, async () => {
        const [finding] = await look(url)
        assert.equal(finding?.message, `${rights} serve runs as skiro_serve, work runs as skiro_work.`)
      })
    })
  }
})

test('a process that no right binds', async () => {
  await while_runs('skiro-work', database.url, async () => {
    const [finding] = await look(urls.serve)
    assert.equal(finding?.verdict, 'warn')
    assert.match(finding?.message ?? '', /^work runs as postgres, a superuser: /)
    assert.match(finding?.fix ?? '', /^Set SKIRO_WORK_DATABASE_URL/)
  })
  const owner = `owner_${new URL(database.url).pathname.slice(1)}`
  await database.db.query(`create role ${owner} login password 'x';
    alter table journal owner to ${owner}`)
  const url = Object.assign(new URL(database.url), { username: owner, password: 'x' }).href
  await while_runs('skiro-serve', url, async () => {
    const [finding] = await look()
    assert.match(finding?.message ?? '', /^serve runs as owner_t_\w+, who owns the tables: /)
  })
  await database.db.query(`alter table journal owner to postgres; drop role ${owner}`)
})

test('rights that are missing, and rights that nobody needs', async () => {
  const { db } = database
  await db.query('revoke insert on posting from skiro_work; grant update (amount) on posting to skiro_serve')
  assert.deepEqual(await look(), [
    {
      verdict: 'fail',
      message: 'Rights that are missing: insert on table public.posting for skiro_work.',
      fix: 'Run: skiro-server migrate',
    },
    {
      verdict: 'warn',
      message: 'Rights that nobody needs: update (amount) on table public.posting for skiro_serve.',
      fix: 'Run: skiro-server migrate',
    },
  ])
})
