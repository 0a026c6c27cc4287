import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { ROUTES } from './generated/operations.ts'
import { AuthenticationError, InvalidRequestError, Skiro } from './index.ts'
import { caught, json, KEY, listen, problem, SESSION } from './testServer.ts'
import { SDK_VERSION } from './version.ts'

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('calls', { concurrency: true }, () => {
  it('creates a session with the fields as given', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 201, SESSION))
    const session = await skiro.checkout.create({
      amount: '49.90',
      currency: 'USD',
      payout_currency: 'USDT',
      metadata: { order_id: 'ORD-2847' },
    })
    assert.deepEqual(session, SESSION)
    const [request] = seen
    assert.equal(`${request?.method} ${request?.url}`, 'POST /v1/checkout')
    assert.equal(request?.headers.authorization, `Bearer ${KEY}`)
    assert.equal(request?.headers['content-type'], 'application/json')
    assert.match(String(request?.headers['idempotency-key']), UUID_V4)
    assert.equal(
      request?.body,
      '{"amount":"49.90","currency":"USD","payout_currency":"USDT","metadata":{"order_id":"ORD-2847"}}',
    )
  })

  it('sends a number amount as a number', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 201, SESSION))
    await skiro.checkout.create({ amount: 49.99, currency: 'EUR', payout_currency: 'BTC' })
    assert.equal(seen[0]?.body, '{"amount":49.99,"currency":"EUR","payout_currency":"BTC"}')
  })

  it('reaches every route of the document', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 200, {}))
    const { checkout, transactions, payouts, webhooks, events, merchant, testHelpers } = skiro
    await checkout.create({ amount: 1, currency: 'USD', payout_currency: 'USDT' })
    await checkout.retrieve('ID')
    await checkout.expire('ID')
    await checkout.list()
    await transactions.retrieve('ID')
    await transactions.list()
    await payouts.retrieve('ID')
    await payouts.list()
    await webhooks.create({ url: 'https://shop.example/hooks' })
    await webhooks.retrieve('ID')
    await webhooks.update('ID', { status: 'disabled' })
    await webhooks.list()
    await webhooks.delete('ID')
    await webhooks.rotate('ID')
    await webhooks.test('ID')
    await webhooks.deliveries('ID')
    await webhooks.resend('ID')
    await events.retrieve('ID')
    await events.list()
    await events.resend('ID')
    await events.deliveries('ID')
    await events.resends()
    await merchant.retrieve()
    await testHelpers.pay('ID', { card: 'visa' })
    const reached = seen.map(
      ({ method, url }) => `${method} ${url.replace('ID', '{id}').replace('?after=0', '')}`,
    )
    assert.deepEqual(reached.toSorted(), Object.values<string>(ROUTES).toSorted())
    for (const { method, headers, body } of seen) {
      assert.equal('idempotency-key' in headers, method === 'POST')
      assert.equal('content-type' in headers, body !== '')
    }
  })

  it('writes filters as the API reads them', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 200, {}))
    const from = new Date(Date.UTC(2026, 4, 29))
    await skiro.transactions.list({ page: 2, limit: 50, status: 'completed', from, to: undefined })
    await skiro.checkout.list({ metadata: { order_id: 'ORD 1&2' } })
    assert.deepEqual(
      seen.map(({ url }) => url),
      [
        '/v1/transactions?page=2&limit=50&status=completed&from=2026-05-29T00%3A00%3A00.000Z',
        '/v1/checkout?metadata%5Border_id%5D=ORD+1%262',
      ],
    )
  })

  it('keeps fields that this version does not know', async (t) => {
    const newer = { ...SESSION, status: 'paused', colour: { deep: [1] } }
    const { skiro } = await listen(t, (response) => json(response, 200, newer))
    assert.deepEqual(await skiro.checkout.retrieve('cs_1'), newer)
  })

  it('keeps a path in baseUrl and drops its trailing slash', async (t) => {
    const { baseUrl, seen } = await listen(t, (response) => json(response, 200, SESSION))
    await new Skiro(KEY, { baseUrl: `${baseUrl}/skiro/` }).checkout.retrieve('cs_1')
    assert.equal(seen[0]?.url, '/skiro/v1/checkout/cs_1')
  })

  it('refuses ids that would reach another route, without a request', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 200, {}))
    for (const id of ['', '..', 'cs_1/expire', 'cs_1?x=1', 'cs 1']) {
      const error = await caught(skiro.checkout.retrieve(id))
      assert.ok(error instanceof InvalidRequestError)
      assert.equal(error.param, 'id')
    }
    assert.equal(seen.length, 0)
  })

  it('uses the fetch it is given', async () => {
    const urls: string[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      urls.push(typeof input === 'string' ? input : 'not a string')
      return Response.json(SESSION)
    }
    await new Skiro(KEY, { fetch }).checkout.retrieve('cs_1')
    assert.deepEqual(urls, ['https://api.skiro.io/v1/checkout/cs_1'])
  })
})

describe('client', () => {
  it('never shows the key', async (t) => {
    const { skiro } = await listen(t, (response) => json(response, 401, problem('invalid_api_key')))
    const error = await caught(skiro.checkout.retrieve('cs_1'))
    const lost = await caught(
      new Skiro(KEY, { baseUrl: 'http://127.0.0.1:1', maxRetries: 0 }).checkout.expire('cs_1'),
    )
    const options = { depth: Infinity, showHidden: true }
    const shown = [skiro, skiro.checkout, skiro.webhooks, skiro.transactions.list(), error, lost].flatMap(
      (value) => [
        inspect(value, options),
        inspect(value, { ...options, customInspect: false }),
        JSON.stringify(value),
      ],
    )
    shown.push(String(error.stack), inspect({ nested: skiro }))
    for (const text of shown) assert.ok(!text.includes('3f9c2b7a51d84e60'), text)
    assert.match(inspect(skiro), /^Skiro \{ baseUrl: 'http:\/\/127\.0\.0\.1:\d+', key: \[hidden\] \}$/)
  })

  it('refuses keys that cannot work, without showing them', () => {
    for (const key of ['', 'sk_test_abc\n', 'sk_test_ abc', 'whsec_abc', 'sk_test_äbc']) {
      assert.throws(
        () => new Skiro(key),
        (error: Error) =>
          error instanceof AuthenticationError && (key === '' || !error.message.includes(key)),
      )
    }
  })

  it('refuses options that cannot work', async () => {
    for (const baseUrl of [
      '',
      'api.skiro.io',
      'ftp://x',
      'https://u:p@x',
      'https://x/v1',
      'https://x/v1/',
      'https://x?a=1',
    ]) {
      assert.throws(() => new Skiro(KEY, { baseUrl }), InvalidRequestError, baseUrl)
    }
    for (const timeoutMs of [0, -1, NaN, Infinity]) {
      assert.throws(() => new Skiro(KEY, { timeoutMs }), InvalidRequestError)
    }
    for (const maxRetries of [-1, 1.5, NaN]) {
      assert.throws(() => new Skiro(KEY, { maxRetries }), InvalidRequestError)
    }
    for (const retryDelayMs of [-1, NaN, 60_001]) {
      assert.throws(() => new Skiro(KEY, { retryDelayMs }), InvalidRequestError)
    }
    for (const idempotencyKey of ['', 'a'.repeat(256), 'line\nbreak', 'ключ']) {
      const error = await caught(new Skiro(KEY).checkout.expire('cs_1', { idempotencyKey }))
      assert.equal(error.param, 'idempotencyKey')
    }
  })

  it('sends the version of package.json', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 200, SESSION))
    await skiro.checkout.retrieve('cs_1')
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    assert.equal(SDK_VERSION, manifest.version)
    assert.equal(seen[0]?.headers['user-agent'], `skiro-sdk/${manifest.version}`)
  })
})
