import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  gatewayApp,
  gatewayContext,
  newMerchant,
  TEST_MODE,
} from '../../../../test/support/gatewayContext.ts'
import { testDatabase } from '../../../../test/support/database.ts'
import { type Sql, openDb } from '../db/sql.ts'
import { createKeyUse } from './keyUse.ts'
import { recordKeyUse } from './keyStore.ts'

const { ctx, close } = await gatewayContext(TEST_MODE)
after(close)

const newKeyId = async () => (await newMerchant(ctx)).api_key.slice(8, 20)

async function lastUse(id: string): Promise<number | null> {
  const { rows } = await ctx.db.query<{ at: Date | null }>(
    'select last_used_at at from api_key where id = $1',
    [id],
  )
  return rows[0]?.at?.getTime() ?? null
}

/** The context's database, counting the statements that go to it. */
function counted(db: Sql = ctx.db) {
  const texts: string[] = []
  const query: Sql['query'] = (text, values) => {
    texts.push(text)
    return db.query(text, values)
  }
  return { texts, db: { ...ctx.db, query } }
}

const silent = { warn() {} }
const near = (at: number | null, time: number) => assert.ok(at && Math.abs(at - time) < 5000, `${at} ${time}`)

describe('createKeyUse', () => {
  test('writes all notes in one statement, and nothing when there are none', async () => {
    const ids = [await newKeyId(), await newKeyId(), await newKeyId()]
    const { texts, db } = counted()
    const use = createKeyUse(db, silent)
    for (let i = 0; i < 100; i++) for (const id of ids.slice(0, 2)) use.note(id)
    assert.equal(texts.length, 0)
    assert.equal(await lastUse(ids[0] ?? ''), null)
    await use.flush()
    assert.equal(texts.length, 1)
    for (const id of ids.slice(0, 2)) near(await lastUse(id), Date.now())
    assert.equal(await lastUse(ids[2] ?? ''), null)
    await use.flush()
    await use.close()
    assert.equal(texts.length, 1)
  })

  test('writes by itself, once per pause however often a key is used', async () => {
    const id = await newKeyId()
    const { texts, db } = counted()
    const use = createKeyUse(db, silent, 150)
    const end = performance.now() + 1000
    while (performance.now() < end) {
      use.note(id)
      await sleep(5)
    }
    near(await lastUse(id), Date.now())
    assert.ok(texts.length >= 2 && texts.length <= 7, `${texts.length} statements in a second`)
    await use.close()
  })

  test('writes what is left when it closes, and nothing after that', async () => {
    const id = await newKeyId()
    const { texts, db } = counted()
    const use = createKeyUse(db, silent, 20)
    use.note(id)
    await use.close()
    near(await lastUse(id), Date.now())
    use.note(id)
    await sleep(60)
    assert.equal(texts.length, 1)
  })

  test('keeps its notes when the database is away, says so, and writes them later', async () => {
    const id = await newKeyId()
    const warnings: unknown[] = []
    let down = true
    const { db } = counted({
      query: (text, values) => (down ? Promise.reject(new Error('gone')) : ctx.db.query(text, values)),
    })
    const use = createKeyUse(db, { warn: (what: unknown) => warnings.push(what) }, 30)
    use.note(id)
    await use.flush()
    assert.equal(warnings.length, 1)
    assert.equal(await lastUse(id), null)
    down = false
    await sleep(200)
    near(await lastUse(id), Date.now())
    await use.close()
  })

  test('a key that no longer exists harms no other note', async () => {
    const id = await newKeyId()
    const use = createKeyUse(ctx.db, silent)
    use.note('gone')
    use.note(id)
    await use.close()
    near(await lastUse(id), Date.now())
  })
})

describe('the time of last use', () => {
  test('never moves backwards', async () => {
    const id = await newKeyId()
    await recordKeyUse(ctx.db, [{ id, age_ms: 60_000 }])
    near(await lastUse(id), Date.now() - 60_000)
    await recordKeyUse(ctx.db, [{ id, age_ms: 1000 }])
    const later = await lastUse(id)
    near(later, Date.now() - 1000)
    await recordKeyUse(ctx.db, [{ id, age_ms: 3_600_000 }])
    assert.equal(await lastUse(id), later)
  })

  test('is the latest of all when many processes write the same keys in any order', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, newKeyId))
    const processes = Array.from({ length: 4 }, (_, n) =>
      openDb(ctx.config.database_url, { name: `process ${n}` }),
    )
    try {
      await Promise.all(
        Array.from({ length: 40 }, (_, n) => {
          const used = ids.map((id) => ({ id, age_ms: 1_000_000 - n * 10_000 }))
          return recordKeyUse(processes[n % 4] ?? ctx.db, n % 2 ? used : used.toReversed())
        }),
      )
    } finally {
      await Promise.all(processes.map(({ pool }) => pool.end()))
    }
    for (const id of ids) near(await lastUse(id), Date.now() - 610_000)
  })
})

test('a server writes down the use of its keys when it stops, refused calls included, bad keys not', async () => {
  const database = await testDatabase()
  const gateway = await gatewayApp(TEST_MODE, { ...database, drop: () => Promise.resolve() })
  const [used, unused, mangled] = [
    await newMerchant(gateway.ctx),
    await newMerchant(gateway.ctx),
    await newMerchant(gateway.ctx),
  ]
  const call = (method: 'GET' | 'POST', url: string, key: string) =>
    gateway.app.inject({ method, url, headers: { authorization: `Bearer ${key}` } })
  assert.equal((await call('GET', `/v1/payouts/po_${'0'.repeat(26)}`, used.api_key)).statusCode, 404)
  const wrong = mangled.api_key.slice(0, -1) + (mangled.api_key.endsWith('a') ? 'b' : 'a')
  assert.equal((await call('GET', '/v1/merchant', wrong)).statusCode, 401)
  await gateway.close()
  const { rows } = await database.db.query<{ merchant_id: string; used: boolean }>(
    'select merchant_id, last_used_at is not null used from api_key',
  )
  await database.drop()
  assert.deepEqual(
    new Map(rows.map((row) => [row.merchant_id, row.used])),
    new Map([
      [used.merchant_id, true],
      [unused.merchant_id, false],
      [mangled.merchant_id, false],
    ]),
  )
})
