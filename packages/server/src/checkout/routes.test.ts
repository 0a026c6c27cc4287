import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'

const { ctx, app, served_by, close } = await gatewayApp(TEST_MODE)
after(close)

const shop = await newMerchant(ctx, { wallets: { USDT: WALLET, ETH: WALLET } })
const otherShop = await newMerchant(ctx, { wallets: { USDT: WALLET } })

const BODY = {
  amount: 49.99,
  currency: 'USD',
  payout_currency: 'USDT',
  customer_email: 'buyer@example.com',
  metadata: { order_id: 'ORD-2847', product: 'premium-license' },
  redirect_url: 'https://yoursite.com/order/success',
  webhook_url: 'https://yoursite.com/api/webhooks/skiro',
  locale: 'de',
  description: 'Field notebook · ORD-2847',
}

async function call(method: 'GET' | 'POST', url: string, body?: unknown, api_key = shop.api_key) {
  const headers = { authorization: `Bearer ${api_key}` }
  const answer = await app.inject({
    method,
    url,
    headers,
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>(), answer }
}

describe('POST /v1/checkout', () => {
  test('answers 201 with exactly the documented fields', async () => {
    const { status, body, answer } = await call('POST', '/v1/checkout', BODY)
    assert.equal(status, 201)
    assert.match(answer.headers['content-type'] as string, /^application\/json/)
    const { id, created_at, expires_at, ...rest } = body
    assert.match(String(id), /^cs_[0-9a-z]{26}$/)
    assert.deepEqual(rest, {
      ...BODY,
      object: 'checkout_session',
      livemode: false,
      url: `https://pay.example/${id}`,
      status: 'pending',
      transaction_id: null,
    })
    for (const time of [created_at, expires_at]) {
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
    }
    const seconds = (Date.parse(String(expires_at)) - Date.parse(String(created_at))) / 1000
    assert.equal(seconds, 3600)
  })

  test('what is left out or null is null in the answer, metadata is empty', async () => {
    const least = { amount: '0.50', currency: 'AUD', payout_currency: 'ETH' }
    const urls = { redirect_url: null, webhook_url: null }
    const nulls = { customer_email: null, ...urls, locale: null, description: null }
    for (const body of [least, { ...least, ...nulls }]) {
      const created = await call('POST', '/v1/checkout', body)
      assert.equal(created.status, 201)
      const {
        amount,
        currency,
        payout_currency,
        customer_email,
        redirect_url,
        webhook_url,
        locale,
        description,
        metadata,
      } = created.body
      const texts = { customer_email, redirect_url, webhook_url, locale, description }
      assert.deepEqual(
        { amount, currency, payout_currency, ...texts, metadata },
        { ...least, ...nulls, amount: 0.5, metadata: {} },
      )
    }
  })

  test('takes a number or its digits, in every currency, exactly', async () => {
    for (const currency of ['USD', 'EUR', 'GBP', 'CAD', 'AUD']) {
      for (const amount of [49.99, '49.99', 8.2, '8.20', 1, '999999.99', 0.57]) {
        const { status, body } = await call('POST', '/v1/checkout', { ...BODY, currency, amount })
        assert.deepEqual([status, body.amount, body.currency], [201, Number(amount), currency])
      }
    }
  })

  test('expires_in sets the time, from 5 minutes to a day', async () => {
    for (const expires_in of [300, 1800, 86_400]) {
      const { body } = await call('POST', '/v1/checkout', { ...BODY, expires_in })
      const ms = Date.parse(String(body.expires_at)) - Date.parse(String(body.created_at))
      assert.equal(ms, expires_in * 1000)
    }
  })

  test('metadata: numbers and booleans become their text, limits are inclusive, nothing else is touched', async () => {
    const payload =
      '{"amount":1,"currency":"USD","payout_currency":"USDT","metadata":{"n":5,"f":1.50,"b":true,"e":""}}'
    const headers = { authorization: `Bearer ${shop.api_key}`, 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url: '/v1/checkout', headers, payload })
    assert.deepEqual(answer.json<{ metadata: object }>().metadata, { n: '5', f: '1.50', b: 'true', e: '' })

    const odd = { constructor: 'a', toString: 'b', 'ключ 🔑': '<script>"\\', a: "'; drop table merchant; --" }
    const most = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`${n}`.padStart(40, 'k'), 'v'.repeat(500)]),
    )
    for (const metadata of [odd, most]) {
      const { status, body } = await call('POST', '/v1/checkout', { ...BODY, metadata })
      assert.deepEqual([status, body.metadata], [201, metadata])
      const { body: read } = await call('GET', `/v1/checkout/${String(body.id)}`)
      assert.deepEqual(read.metadata, metadata)
    }
  })

  test('one create is one database round trip', async (t) => {
    await call('POST', '/v1/checkout', BODY)
    let acquired = 0
    const count = () => acquired++
    const query = t.mock.method(served_by.pool, 'query')
    served_by.pool.on('acquire', count)
    const { status } = await call('POST', '/v1/checkout', BODY)
    served_by.pool.off('acquire', count)
    assert.equal(status, 201)
    assert.deepEqual([query.mock.callCount(), acquired], [1, 1])
  })

  test('a locale is kept, and auto is null', async () => {
    for (const locale of ['en', 'zh', 'auto']) {
      const { status, body } = await call('POST', '/v1/checkout', { ...BODY, locale })
      assert.deepEqual([status, body.locale], [201, locale === 'auto' ? null : locale])
      const read = await call('GET', `/v1/checkout/${String(body.id)}`)
      assert.equal(read.body.locale, body.locale)
    }
  })

  test('a description is kept as it is but for spaces around it, and is in the list and on the page', async () => {
    const kept = [
      'x',
      'x'.repeat(200),
      '👍'.repeat(200),
      'Café <b>"&\'\\',
      'دفتر ميداني',
      'Nᵒ 1\u200e',
      '👨\u200d👩\u200d👧',
      'null',
    ]
    for (const description of kept) {
      const { status, body } = await call('POST', '/v1/checkout', {
        ...BODY,
        description: ` ${description}\n`,
      })
      assert.deepEqual([status, body.description], [201, description])
      const read = await call('GET', `/v1/checkout/${String(body.id)}`)
      assert.equal(read.body.description, description)
      const list = await call('GET', '/v1/checkout?limit=1')
      assert.deepEqual((list.body.data as unknown[])[0], body)
    }
    const { body } = await call('POST', '/v1/checkout', { ...BODY, description: 'Two <b>lamps</b>' })
    const page = await app.inject({ url: `/${String(body.id)}` })
    assert.match(page.payload, / dir="auto">Two &lt;b&gt;lamps&lt;\/b&gt;</)
  })

  test('the page speaks the language of its address, else of the session, else of the browser', async () => {
    const page = async (locale: string, query: string) => {
      const { body } = await call('POST', '/v1/checkout', { ...BODY, locale })
      const headers = { 'accept-language': 'ko' }
      const { payload } = await app.inject({ url: `/${String(body.id)}${query}`, headers })
      return [/<html lang="([^"]+)"/.exec(payload)?.[1], /href="(\?locale=fi[^"]*)"/.exec(payload)?.[1]]
    }
    assert.deepEqual(await page('he', ''), ['he', '?locale=fi'])
    assert.deepEqual(await page('he', '?locale=pt&done=1'), ['pt-BR', '?locale=fi&amp;done=1'])
    assert.deepEqual(await page('he', '?locale=xx-pseudo'), ['he', '?locale=fi'])
    assert.deepEqual(await page('auto', '?locale=a&locale=b'), ['ko', '?locale=fi'])
    assert.deepEqual(await page('auto', ''), ['ko', '?locale=fi'])
  })

  test('asks no rate source and no chain: it works with all of them down', async () => {
    // None of the addresses of this configuration listens; every other test here shows it too.
    assert.equal((await call('POST', '/v1/checkout', { ...BODY, payout_currency: 'ETH' })).status, 201)
  })
})

describe('GET /v1/checkout/{id}', () => {
  test('reads what was created', async () => {
    const created = await call('POST', '/v1/checkout', BODY)
    const read = await call('GET', `/v1/checkout/${String(created.body.id)}`)
    assert.equal(read.status, 200)
    assert.deepEqual(read.body, created.body)
  })

  test('another merchant’s session is as absent as one that never was', async () => {
    const { body } = await call('POST', '/v1/checkout', BODY)
    const id = String(body.id)
    const never = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')
    const bytes = async (method: 'GET' | 'POST', path: string, key: string) => {
      const { status, answer } = await call(method, path, undefined, key)
      assert.equal(status, 404)
      // What a key has left of its rate limit is its own.
      const { 'request-id': _id, date: _date, ratelimit: _left, ...headers } = answer.headers
      return { text: answer.body.replace(/req_[0-9a-z]{26}/, 'req_'), headers }
    }
    const absent = await bytes('GET', `/v1/checkout/${never}`, shop.api_key)
    assert.match(absent.text, /"error":"not_found"/)
    assert.deepEqual(await bytes('GET', `/v1/checkout/${id}`, otherShop.api_key), absent)
    assert.deepEqual(await bytes('POST', `/v1/checkout/${id}/expire`, otherShop.api_key), absent)
    for (const odd of [
      'cs_',
      'x',
      'cs_1',
      `${id}0`,
      id.toUpperCase(),
      id.replace('cs_', 'txn_'),
      `${id}%00`,
    ]) {
      assert.deepEqual(await bytes('GET', `/v1/checkout/${odd}`, shop.api_key), absent, odd)
    }
    assert.equal((await call('GET', `/v1/checkout/${id}`)).body.status, 'pending')
  })

  test('paths that the framework refuses answer in our own shape', async () => {
    for (const path of ['/v1/checkout/%E0%A4%A', `/v1/checkout/${'c'.repeat(101)}`]) {
      const { status, body } = await call('GET', path)
      assert.deepEqual([status, body.error], [404, 'not_found'], path.slice(0, 40))
      assert.match(String(body.request_id), /^req_/)
    }
  })
})
