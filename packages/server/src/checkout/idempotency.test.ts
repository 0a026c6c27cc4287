import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { checkoutSweeps } from './jobs.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
after(close)

const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const otherShop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const BODY = { amount: 49.99, currency: 'USD', payout_currency: 'USDT', metadata: { b: '1', a: '2' } }

async function create(key: string, body: object = BODY, api_key = shop.api_key) {
  const headers = { authorization: `Bearer ${api_key}`, 'idempotency-key': key }
  const answer = await app.inject({ method: 'POST', url: '/v1/checkout', headers, payload: body })
  return {
    status: answer.statusCode,
    text: answer.body,
    body: answer.json<{ id: string; error?: string }>(),
    replayed: answer.headers['idempotent-replayed'],
  }
}

const sessions = async (merchant_id = shop.merchant_id) => {
  const sql = 'select count(*) n from checkout_session where merchant_id = $1'
  return (await ctx.db.query<{ n: bigint }>(sql, [merchant_id])).rows[0]?.n
}

describe('Idempotency-Key on POST /v1/checkout', () => {
  test('the same request again gets the same bytes, marked as replayed, and makes nothing', async () => {
    const first = await create('k-same')
    assert.deepEqual([first.status, first.replayed], [201, undefined])
    const count = await sessions()
    for (let i = 0; i < 3; i++) {
      const again = await create('k-same')
      assert.deepEqual([again.status, again.replayed, again.text], [201, 'true', first.text])
    }
    assert.equal(await sessions(), count)
  })

  test('what means the same is the same request', async () => {
    const first = await create('k-canonical')
    const nulls = {
      customer_email: null,
      redirect_url: null,
      webhook_url: null,
      expires_in: 3600,
      locale: null,
      description: null,
    }
    const same = [
      { ...BODY, amount: '49.99' },
      { ...BODY, metadata: { a: 2, b: '1' } },
      { ...BODY, ...nulls },
      { ...BODY, locale: 'auto' },
      Object.fromEntries(Object.entries(BODY).toReversed()),
    ]
    for (const body of same) assert.deepEqual((await create('k-canonical', body)).text, first.text)
  })

  test('the answer is the first one, though the session has moved on', async () => {
    const first = await create('k-moved')
    const headers = { authorization: `Bearer ${shop.api_key}` }
    const url = `/v1/checkout/${first.body.id}/expire`
    assert.equal((await app.inject({ method: 'POST', url, headers })).statusCode, 200)
    assert.equal((await create('k-moved')).text, first.text)
  })

  test('another body under the same key is refused', async () => {
    const first = await create('k-other')
    const count = await sessions()
    const others = [
      { ...BODY, amount: 50 },
      { ...BODY, currency: 'EUR' },
      { ...BODY, metadata: { ...BODY.metadata, a: '3' } },
      { ...BODY, metadata: {} },
      { ...BODY, redirect_url: 'https://a.example/' },
      { ...BODY, expires_in: 600 },
      { ...BODY, locale: 'de' },
      { ...BODY, description: 'de' },
      { ...BODY, customer_email: 'a@b.co' },
    ]
    for (const body of others) {
      const { status, body: answer, replayed } = await create('k-other', body)
      assert.deepEqual([status, answer.error, replayed], [422, 'idempotency_key_reused', undefined])
    }
    assert.equal(await sessions(), count)
    assert.equal((await create('k-other')).text, first.text)
  })

  test('the description counts, but for the spaces around it', async () => {
    const first = await create('k-bought', { ...BODY, description: 'Lamp' })
    assert.equal((await create('k-bought', { ...BODY, description: ' Lamp ' })).text, first.text)
    for (const description of ['lamp', 'Lamps', undefined, null]) {
      const { status, body } = await create('k-bought', { ...BODY, description })
      assert.deepEqual([status, body.error], [422, 'idempotency_key_reused'])
    }
  })

  test('without fields of later releases a fingerprint is what the first release made it', async () => {
    await create('k-first')
    const { rows } = await ctx.db.query<{ fingerprint: Buffer }>(
      `select fingerprint from idempotency_key where key = 'k-first'`,
    )
    const unset = { customer_email: null, redirect_url: null, webhook_url: null }
    const asked = { currency: 'USD', payout_currency: 'USDT', ...unset }
    const pairs = [
      ['a', '2'],
      ['b', '1'],
    ]
    const text = JSON.stringify(['4999', asked, pairs, 3600])
    assert.deepEqual(rows[0]?.fingerprint, hash('sha256', text, 'buffer'))
  })

  test('20 racers with one key make one session', async () => {
    const count = (await sessions()) ?? 0n
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('k-race')))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
    assert.equal(answers.filter(({ replayed }) => replayed === undefined).length, 1)
    assert.equal(await sessions(), count + 1n)
  })

  test('a key that is still running in another process: 409 after a short wait, nobody else is kept', async () => {
    const client = await ctx.db.pool.connect()
    try {
      await client.query('begin')
      await client.query(
        `insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
         values ($1, false, 'POST /v1/checkout', 'k-held', '', 'cs_none')`,
        [shop.merchant_id],
      )
      const [held, other] = await Promise.all([create('k-held'), create('k-beside-held')])
      assert.deepEqual([held.status, held.body.error, other.status], [409, 'idempotency_in_flight', 201])
    } finally {
      await client.query('rollback')
      client.release()
    }
    assert.equal((await create('k-held')).status, 201)
  })

  test('racers with two bodies: one body wins, the other is refused every time', async () => {
    const bodies = Array.from({ length: 20 }, (_, n) => ({ ...BODY, amount: n % 2 === 0 ? 10 : 20 }))
    const answers = await Promise.all(bodies.map((body) => create('k-race-2', body)))
    const made = answers.filter(({ status }) => status === 201)
    assert.equal(made.length, 10)
    assert.equal(new Set(made.map(({ text }) => text)).size, 1)
    assert.ok(answers.every(({ status }) => status === 201 || status === 422))
  })

  test('other keys and other merchants do not meet', async () => {
    const ids = new Set([
      (await create('k-a')).body.id,
      (await create('k-b')).body.id,
      (await create('K-A')).body.id,
      (await create('k-a', BODY, otherShop.api_key)).body.id,
    ])
    assert.equal(ids.size, 4)
  })

  test('a refused request does not use the key up', async () => {
    assert.equal((await create('k-refused', { ...BODY, amount: 49.999 })).status, 400)
    assert.equal((await create('k-refused', { ...BODY, payout_currency: 'USDC' })).status, 400)
    const { status, replayed } = await create('k-refused')
    assert.deepEqual([status, replayed], [201, undefined])
  })

  test('a key is kept for 24 hours, then it is free again', async () => {
    const first = await create('k-old')
    const age = (hours: number) =>
      ctx.db.query(
        `update idempotency_key set created_at = now() - $1 * interval '1 hour' where key = 'k-old'`,
        [hours],
      )
    const sweep = checkoutSweeps(ctx).find(({ name }) => name === 'old idempotency keys')
    await age(23.9)
    await sweep?.run()
    assert.equal((await create('k-old')).text, first.text)
    await age(24.1)
    assert.equal(await sweep?.run(), 1)
    const second = await create('k-old')
    assert.deepEqual([second.status, second.replayed], [201, undefined])
    assert.notEqual(second.body.id, first.body.id)
  })

  test('the bytes are the same whatever characters the URL has', async () => {
    const body = { ...BODY, redirect_url: 'https://a.example/\ud800' }
    const first = await create('k-surrogate', body)
    if (first.status === 400) return
    assert.equal((await create('k-surrogate', body)).text, first.text)
  })
})

test('Idempotency-Key on expire: the first answer is replayed', async () => {
  const { body } = await create('k-to-expire')
  const headers = { authorization: `Bearer ${shop.api_key}`, 'idempotency-key': 'k-expire' }
  const expire = () => app.inject({ method: 'POST', url: `/v1/checkout/${body.id}/expire`, headers })
  const first = await expire()
  assert.equal(first.statusCode, 200)
  const again = await expire()
  assert.deepEqual(
    [again.statusCode, again.body, again.headers['idempotent-replayed']],
    [200, first.body, 'true'],
  )
})
