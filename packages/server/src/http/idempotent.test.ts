import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase } from '../../../../test/support/database.ts'
import { gatewayContext } from '../../../../test/support/gatewayContext.ts'
import { type Tx, inTransaction, maybeOne, one } from '../db/sql.ts'
import type { ErrorCode } from '../lib/errors.ts'
import { checkoutSweeps } from '../checkout/jobs.ts'
import { type Answer, type Attempt, idempotent } from './idempotent.ts'

// Two gateways on one database, each with connections of its own.
const database = await testDatabase()
const env = { SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') }
const gateways = [
  await gatewayContext(env, { ...database, drop: async () => {} }),
  await gatewayContext(env, database),
]
const [{ ctx }, { ctx: ctx2 }] = gateways as [(typeof gateways)[0], (typeof gateways)[0]]
after(async () => {
  for (const { close } of gateways) await close()
})
const { db } = database
await db.query('create table effect (key text not null, at timestamptz not null default clock_timestamp())')

const SECRET = 'whsec_shown_once'
const tenant = { merchant_id: 'mer_1', livemode: false }
const attempt = (key: string | null, change: Partial<Attempt> = {}): Attempt => ({
  tenant,
  route: 'POST /v1/things/:id',
  key,
  says: { path: { id: 'x' }, body: { a: 1, b: [1, { c: 2, d: null }] } },
  ...change,
})

/** The work: one row and an answer that no second run would give again. */
const act = (key: string) => async (tx: Tx) => {
  await tx.query('insert into effect (key) values ($1)', [key])
  const nonce = randomBytes(8).toString('hex')
  return { status: 201, body: { key, secret: SECRET, nonce, note: 'Söhne\ud800' } }
}
const run = (key: string, change: Partial<Attempt> = {}, on = ctx) =>
  idempotent(on, attempt(key, change), act(key))

const effects = async (key: string) =>
  (await one<{ n: number }>(db, 'select count(*)::int n from effect where key = $1', [key])).n
const claims = async (key: string) =>
  (await one<{ n: number }>(db, 'select count(*)::int n from idempotency_key where key = $1', [key])).n
const refusal = (code: ErrorCode) => (error: { code?: string }) => error.code === code

/** Twenty at once for each of `keys` keys, shuffled over both gateways. Returns the answers per key. */
async function race<T>(keys: number, ask: (key: string, gateway: typeof ctx) => Promise<T>) {
  const asked = Array.from({ length: keys * 20 }, (_, n) => ({ key: `k${n % keys}`, on: n % 2 ? ctx : ctx2 }))
  const answers = await Promise.all(asked.map(async ({ key, on }) => ({ key, answer: await ask(key, on) })))
  return [...Map.groupBy(answers, ({ key }) => key)].map(([key, all]) => ({
    key,
    answers: all.map(({ answer }) => answer),
  }))
}

describe('idempotent', () => {
  test('200 keys × 20 racers over two gateways: one effect and one answer each', async () => {
    const raced = await race(200, (key, on) => run(`race-${key}`, {}, on))
    assert.equal(raced.length, 200)
    for (const { key, answers } of raced) {
      assert.equal(await effects(`race-${key}`), 1)
      assert.equal(answers.length, 20)
      assert.equal(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1)
      assert.equal(answers.filter(({ replayed }) => !replayed).length, 1)
    }
  })

  test('looking up, acting and storing one after the other would act twice under the same racers', async () => {
    const raced = await race(40, async (key, on) => {
      const ref = [tenant.merchant_id, tenant.livemode, 'naive', `naive-${key}`]
      const where = 'where merchant_id = $1 and livemode = $2 and route = $3 and key = $4'
      const found = await maybeOne(on.db, `select from idempotency_key ${where}`, ref)
      if (found) return
      await inTransaction(on.db, act(`naive-${key}`))
      await on.db.query(
        `insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
         values ($1, $2, $3, $4, '', 'x') on conflict do nothing`,
        ref,
      )
    })
    const counts = await Promise.all(raced.map(({ key }) => effects(`naive-${key}`)))
    assert.ok(
      counts.some((n) => n > 1),
      'the racers do not race',
    )
  })

  test('an answer comes again to the byte, however the same is said', async () => {
    const first = await run('same')
    assert.deepEqual([first.status, first.replayed], [201, false])
    const reordered = { body: { b: [1, { d: null, c: 2 }], a: 1 }, path: { id: 'x' } }
    for (const says of [attempt('').says, reordered])
      assert.deepEqual(await run('same', { says }), { ...first, replayed: true })
    assert.equal(await effects('same'), 1)
  })

  test('another body or another object under the same key is refused, and nothing is done', async () => {
    const first = await run('other')
    const others = [
      { path: { id: 'x' }, body: { a: 2, b: [1, { c: 2, d: null }] } },
      { path: { id: 'x' }, body: { a: '1', b: [1, { c: 2, d: null }] } },
      { path: { id: 'x' }, body: { a: 1, b: [{ c: 2, d: null }, 1] } },
      { path: { id: 'y' }, body: { a: 1, b: [1, { c: 2, d: null }] } },
      { path: { id: 'x' }, body: null },
    ]
    for (const says of others) await assert.rejects(run('other', { says }), refusal('idempotency_key_reused'))
    assert.equal(await effects('other'), 1)
    assert.equal((await run('other')).text, first.text)
  })

  test('the same key on another route, in the other mode or of another merchant is another key', async () => {
    const changes: Partial<Attempt>[] = [
      {},
      { route: 'POST /v1/others/:id' },
      { tenant: { ...tenant, livemode: true } },
      { tenant: { ...tenant, merchant_id: 'mer_2' } },
    ]
    const answers: Answer[] = []
    for (const change of changes) answers.push(await run('scoped', change))
    assert.ok(answers.every(({ replayed }) => !replayed))
    assert.equal(new Set(answers.map(({ text }) => text)).size, 4)
    assert.equal(await effects('scoped'), 4)
    for (const [n, change] of changes.entries())
      assert.equal((await run('scoped', change)).text, answers[n]?.text)
  })

  test('without a key each request is done, and nothing is kept', async () => {
    const before = await one<{ n: number }>(db, 'select count(*)::int n from idempotency_key', [])
    for (let i = 0; i < 2; i++) {
      const { replayed } = await idempotent(ctx, attempt(null), act('none'))
      assert.equal(replayed, false)
    }
    assert.equal(await effects('none'), 2)
    assert.deepEqual(await one<{ n: number }>(db, 'select count(*)::int n from idempotency_key', []), before)
  })
})

describe('what goes wrong in between', () => {
  test('a refusal leaves nothing, and the key is free', async () => {
    const failing = idempotent(ctx, attempt('refused'), async (tx) => {
      await act('refused')(tx)
      throw new Error('no')
    })
    await assert.rejects(failing, /no/)
    assert.deepEqual([await effects('refused'), await claims('refused')], [0, 0])
    assert.equal((await run('refused', { says: 'another body' })).replayed, false)
  })

  test('a connection that dies leaves nothing; the twin that waited does the work', async () => {
    let twin: Promise<Answer> | null = null
    const cut = idempotent(ctx, attempt('cut'), async (tx) => {
      const answer = await act('cut')(tx)
      const { pid } = await one<{ pid: number }>(tx, 'select pg_backend_pid() pid', [])
      twin = run('cut', {}, ctx2)
      await waiting()
      await db.query('select pg_terminate_backend($1)', [pid])
      return answer
    })
    await assert.rejects(cut)
    assert.ok(twin)
    assert.equal((await (twin as Promise<Answer>)).replayed, false)
    assert.deepEqual([await effects('cut'), await claims('cut')], [1, 1])
    assert.equal((await run('cut')).replayed, true)
  })

  test('a crash between the work and the answer leaves nothing, and a retry does it', async () => {
    const cut = idempotent(ctx, attempt('crash'), async (tx) => {
      const answer = await act('crash')(tx)
      const { pid } = await one<{ pid: number }>(tx, 'select pg_backend_pid() pid', [])
      await db.query('select pg_terminate_backend($1)', [pid])
      return answer
    })
    await assert.rejects(cut)
    assert.deepEqual([await effects('crash'), await claims('crash')], [0, 0])
    assert.equal((await run('crash')).replayed, false)
  })

  test('a twin that holds the key is waited for, two seconds, then it is in flight', async () => {
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const slow = idempotent(ctx, attempt('held'), async (tx) => {
      const answer = await act('held')(tx)
      await gate
      return answer
    })
    while (!(await isHeld('held'))) await sleep(5)
    const began = performance.now()
    await assert.rejects(run('held', {}, ctx2), refusal('idempotency_in_flight'))
    const waited = performance.now() - began
    assert.ok(waited >= 1900, `${waited} ms`)
    const patient = run('held', {}, ctx2)
    await waiting()
    letGo()
    const [first, second] = await Promise.all([slow, patient])
    assert.deepEqual(second, { ...first, replayed: true })
    assert.equal(await effects('held'), 1)
  })

  test('the limit is for the twin alone: what the work waits for has its own', async () => {
    const { text } = await idempotent(ctx, attempt('limits'), async (tx) => ({
      status: 200,
      body: await one(tx, "select current_setting('lock_timeout') lock_timeout", []),
    }))
    assert.deepEqual(JSON.parse(text), { lock_timeout: '0' })
  })
})

describe('what is kept', () => {
  test('is sealed, bound to its key, and holds no secret in the clear', async () => {
    const { text } = await run('sealed')
    await run('sealed-2', { says: 'other' })
    assert.ok(text.includes(SECRET))
    const { rows } = await db.query<{ row: string; raw: Buffer }>(
      'select i::text row, answer_sealed raw from idempotency_key i where answer_sealed is not null',
    )
    assert.ok(rows.length > 2)
    for (const { row, raw } of rows) assert.ok(!row.includes(SECRET) && !raw.includes(SECRET))
    const hex = Buffer.from(SECRET).toString('hex')
    assert.ok(rows.every(({ row }) => !row.includes(hex)))
    await db.query(
      `update idempotency_key set answer_sealed = (select answer_sealed from idempotency_key where key = 'sealed')
       where key = 'sealed-2'`,
    )
    await assert.rejects(run('sealed-2', { says: 'other' }))
  })

  test('stays for 24 hours, then the key is free', async () => {
    const first = await run('old')
    const sweep = checkoutSweeps(ctx).find(({ name }) => name === 'old idempotency keys')
    const age = (hours: number) =>
      db.query(`update idempotency_key set created_at = now() - $1 * interval '1 hour' where key = 'old'`, [
        hours,
      ])
    await age(23.9)
    await sweep?.run()
    assert.equal((await run('old')).text, first.text)
    await age(24.1)
    assert.equal(await sweep?.run(), 1)
    const second = await run('old')
    assert.equal(second.replayed, false)
    assert.notEqual(second.text, first.text)
  })
})

/** Resolves once someone waits for a twin's key. */
async function waiting(): Promise<void> {
  const sql = `select count(*)::int n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%into idempotency_key%'`
  while ((await one<{ n: number }>(db, sql, [])).n === 0) await sleep(5)
}

/** Whether a transaction that is still open has claimed the key. */
async function isHeld(key: string): Promise<boolean> {
  try {
    await inTransaction(db, async (tx) => {
      await tx.query("set local lock_timeout = '50ms'")
      await tx.query(
        `insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
         values ($1, $2, $3, $4, '', 'x') on conflict do nothing`,
        [tenant.merchant_id, tenant.livemode, attempt(key).route, key],
      )
      throw new Error('free')
    })
  } catch (error) {
    return (error as { code?: string }).code === '55P03'
  }
  return false
}
