import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { one } from '../db/sql.ts'

// Two servers on one database.
const database = await testDatabase()
const env = { ...TEST_MODE, SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') }
const servers = [
  await gatewayApp(env, { ...database, drop: async () => {} }),
  await gatewayApp(env, database),
] as const
const [{ ctx }] = servers
after(async () => {
  for (const { close } of servers) await close()
})

const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const other = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const HOOK = { url: 'https://shop.example/hook' }

type Call = { key?: string; api_key?: string; payload?: object; server?: number }
async function post(path: string, { key, api_key = shop.api_key, payload, server = 0 }: Call = {}) {
  const answer = await (servers[server] ?? servers[0]).app.inject({
    method: 'POST',
    url: `/v1/${path}`,
    headers: { authorization: `Bearer ${api_key}`, ...(key !== undefined && { 'idempotency-key': key }) },
    ...(payload && { payload }),
  })
  return {
    status: answer.statusCode,
    text: answer.body,
    body: answer.json<Record<string, unknown>>(),
    type: answer.headers['content-type'],
    replayed: answer.headers['idempotent-replayed'],
  }
}
const idOf = async (path: string, call: Call) => String((await post(path, call)).body.id)
const newSession = () =>
  idOf('checkout', { payload: { amount: 10, currency: 'USD', payout_currency: 'USDT' } })
const count = async (table: string) =>
  (await one<{ n: number }>(ctx.db, `select count(*)::int n from ${table}`, [])).n

const endpoint = await idOf('webhooks', { payload: HOOK })
const second = await idOf('webhooks', { payload: HOOK })
const event = await idOf(`webhooks/${endpoint}/test`, {})
const other_event = await idOf(`webhooks/${second}/test`, {})

/** Every POST but creating a session: a call that does something, and one of the same route that says something else. */
const ROUTES: Record<string, { ask: [string, object?]; otherwise: [string, object?]; seen: string }> = {
  expire: {
    ask: [`checkout/${await newSession()}/expire`],
    otherwise: [`checkout/${await newSession()}/expire`],
    seen: 'event',
  },
  'create an endpoint': {
    ask: ['webhooks', HOOK],
    otherwise: ['webhooks', { ...HOOK, events: ['payout.sent'] }],
    seen: 'webhook_endpoint',
  },
  rotate: {
    ask: [`webhooks/${endpoint}/rotate`],
    otherwise: [`webhooks/${endpoint}/rotate`, { expires_in: 0 }],
    seen: 'webhook_endpoint where previous_secret_sealed is not null',
  },
  test: {
    ask: [`webhooks/${endpoint}/test`],
    otherwise: [`webhooks/${second}/test`],
    seen: 'event',
  },
  resend: {
    ask: [`events/${event}/resend`, { webhook_id: endpoint }],
    otherwise: [`events/${other_event}/resend`],
    seen: 'event_resend',
  },
}

describe('Idempotency-Key', () => {
  for (const [name, { ask, otherwise, seen }] of Object.entries(ROUTES))
    test(`on ${name}: the first answer again, to the byte, and one effect; something else is refused`, async () => {
      const key = `every ${name}`
      const call = ([path, payload]: [string, object?], server = 0) =>
        post(path, { key, server, ...(payload && { payload }) })
      const before = await count(seen)
      const first = await call(ask)
      assert.ok(first.status === 200 || first.status === 201, first.text)
      assert.equal(first.replayed, undefined)
      assert.equal(await count(seen), before + 1)
      for (const server of [0, 1, 0]) {
        const again = await call(ask, server)
        assert.deepEqual(again, { ...first, replayed: 'true' })
      }
      const refused = await call(otherwise)
      assert.deepEqual(
        [refused.status, refused.body.error, refused.replayed],
        [422, 'idempotency_key_reused', undefined],
      )
      assert.equal(await count(seen), before + 1)
    })

  test('what means the same is the same request', async () => {
    const same = [HOOK, { ...HOOK, events: ['*'] }, { description: null, events: ['*'], ...HOOK }]
    const answers = []
    for (const payload of same) answers.push(await post('webhooks', { key: 'same', payload }))
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
    const none = await post(`webhooks/${endpoint}/rotate`, { key: 'same' })
    for (const payload of [{}, { expires_in: 86_400 }])
      assert.equal((await post(`webhooks/${endpoint}/rotate`, { key: 'same', payload })).text, none.text)
  })

  test('on rotate, a retry does not rotate again: the secret of the answer is the one that signs', async () => {
    const [id, key] = [await idOf('webhooks', { payload: HOOK }), 'rotate-once']
    const secrets = new Set<unknown>()
    for (let i = 0; i < 3; i++) secrets.add((await post(`webhooks/${id}/rotate`, { key })).body.secret)
    assert.equal(secrets.size, 1)
  })

  test('is another key for another merchant and for another route', async () => {
    const ids = new Set([
      await idOf('webhooks', { key: 'scoped', payload: HOOK }),
      await idOf('webhooks', { key: 'scoped', payload: HOOK, api_key: other.api_key }),
      await idOf(`webhooks/${endpoint}/test`, { key: 'scoped' }),
    ])
    assert.equal(ids.size, 3)
  })

  test('a refusal is not kept: the same request is judged anew', async () => {
    const id = await idOf('webhooks', { payload: HOOK })
    const call = () => post(`webhooks/${id}/test`, { key: 'refused' })
    const to = (status: string) =>
      ctx.db.query(
        `update webhook_endpoint set status = $2, disabled_reason = case when $2 = 'disabled' then 'by_merchant' end
         where id = $1`,
        [id, status],
      )
    await to('disabled')
    for (let i = 0; i < 2; i++) {
      const { status, replayed } = await call()
      assert.deepEqual([status, replayed], [409, undefined])
    }
    await to('enabled')
    const made = await call()
    assert.deepEqual([made.status, made.replayed], [201, undefined])
    await to('disabled')
    assert.deepEqual(await call(), { ...made, replayed: 'true' })
  })

  const SALE = { amount: 10, currency: 'USD', payout_currency: 'USDT' }
  for (const [what, path, payload] of [
    ['event', `webhooks/${endpoint}/test`, undefined],
    ['checkout_session', 'checkout', SALE],
  ] as const) {
    test(`200 keys × 20 racers over two servers: one ${what} each`, async () => {
      const before = await count(what)
      const asked = Array.from({ length: 4000 }, (_, n) => ({ key: `racer-${n % 200}`, server: n % 2 }))
      const answers: (Awaited<ReturnType<typeof post>> & { key: string })[] = []
      // Fifty keys at a time: more would wait for connections, not for each other.
      for (const group of Map.groupBy(asked, ({ key }) => Math.floor(Number(key.slice(6)) / 50)).values())
        answers.push(
          ...(await Promise.all(
            group.map(async (call) => ({
              ...call,
              ...(await post(path, { ...call, ...(payload && { payload }) })),
            })),
          )),
        )
      assert.equal(await count(what), before + 200)
      for (const [key, group] of Map.groupBy(answers, (answer) => answer.key)) {
        assert.ok(
          group.every(({ status }) => status === 201 || status === 409),
          key,
        )
        const made = group.filter(({ status }) => status === 201)
        assert.equal(new Set(made.map(({ text }) => text)).size, 1, key)
        assert.equal(made.filter(({ replayed }) => replayed === undefined).length, 1, key)
      }
    })
  }

  test('that no secret is kept in the clear', async () => {
    const { body } = await post('webhooks', { key: 'grep', payload: HOOK, api_key: other.api_key })
    const plain = String(body.secret)
    const { rows } = await ctx.db.query<{ row: string; raw: Buffer | null }>(
      'select i::text row, answer_sealed raw from idempotency_key i',
    )
    assert.ok(rows.length > 40)
    const hex = Buffer.from(plain).toString('hex')
    for (const { row, raw } of rows)
      assert.ok(!row.includes(plain) && !row.includes(hex) && !raw?.includes(plain))
  })
})
