import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  RateLimitError,
  Skiro,
  SkiroError,
  type SkiroOptions,
} from './index.ts'
import { SDK_VERSION } from './version.ts'

const KEY = 'sk_test_3f9c2b7a51d84e60'
const SESSION = { id: 'cs_1', object: 'checkout_session', status: 'pending', url: 'http://pay.test/cs_1' }
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string; at: number }
type Reply = (response: ServerResponse, attempt: number) => void

/** A real HTTP server that answers with `reply` and keeps what it was sent. */
async function listen(t: TestContext, reply: Reply, options: SkiroOptions = {}) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      seen.push({ method, url, headers, body, at: performance.now() })
      reply(response, seen.length)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  t.after(
    () =>
      new Promise((closed) => {
        server.close(closed)
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  return { seen, baseUrl, skiro: new Skiro(KEY, { baseUrl, ...options }) }
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const problem = (error: string, more: object = {}) => ({
  error,
  message: `About ${error}.`,
  request_id: 'req_7',
  ...more,
})

async function caught(promise: Promise<unknown>): Promise<SkiroError> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof SkiroError, String(error))
    return error
  }
  return assert.fail('nothing was thrown')
}

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

  it('reaches every route', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 200, {}))
    await skiro.checkout.retrieve('cs_1')
    await skiro.checkout.expire('cs_1')
    await skiro.transactions.retrieve('txn_1')
    await skiro.payouts.retrieve('po_1')
    await skiro.transactions.list()
    const from = new Date(Date.UTC(2026, 4, 29))
    await skiro.transactions.list({ page: 2, limit: 50, status: 'completed', from, to: undefined })
    assert.deepEqual(
      seen.map(({ method, url }) => `${method} ${url}`),
      [
        'GET /v1/checkout/cs_1',
        'POST /v1/checkout/cs_1/expire',
        'GET /v1/transactions/txn_1',
        'GET /v1/payouts/po_1',
        'GET /v1/transactions',
        'GET /v1/transactions?page=2&limit=50&status=completed&from=2026-05-29T00%3A00%3A00.000Z',
      ],
    )
    for (const { method, headers } of seen) assert.equal('idempotency-key' in headers, method === 'POST')
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

describe('errors', { concurrency: true }, () => {
  const cases: [number, string, new (...args: never[]) => SkiroError][] = [
    [400, 'invalid_amount', InvalidRequestError],
    [401, 'invalid_api_key', AuthenticationError],
    [403, 'forbidden', AuthenticationError],
    [404, 'not_found', NotFoundError],
    [409, 'session_not_pending', ConflictError],
    [413, 'body_too_large', InvalidRequestError],
    [422, 'idempotency_key_reused', IdempotencyError],
    [429, 'rate_limited', RateLimitError],
    [500, 'internal_error', ApiError],
  ]
  for (const [status, code, expected] of cases) {
    it(`${status} ${code} is a ${expected.name}`, async (t) => {
      const docs = `https://docs.test/${code}`
      const body = problem(code, { param: 'amount', doc_url: docs })
      const { skiro } = await listen(t, (response) => json(response, status, body), { maxRetries: 0 })
      const error = await caught(skiro.checkout.retrieve('cs_1'))
      assert.equal(error.constructor, expected)
      assert.equal(error.name, expected.name)
      const { message, param, request_id, doc_url } = error
      assert.deepEqual(
        { status: error.status, code: error.code, message, param, request_id, doc_url },
        {
          status,
          code,
          message: `About ${code}.`,
          param: 'amount',
          request_id: 'req_7',
          doc_url: docs,
        },
      )
    })
  }

  it('words an answer that is not Skiro’s', async (t) => {
    const { skiro } = await listen(
      t,
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
      { maxRetries: 0 },
    )
    const error = await caught(skiro.checkout.retrieve('cs_1'))
    assert.equal(error.constructor, ApiError)
    assert.equal(error.code, 'http_502')
    assert.equal(error.request_id, null)
  })

  it('does not follow a redirect', async (t) => {
    const { skiro, seen } = await listen(t, (response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    )
    const error = await caught(skiro.checkout.expire('cs_1'))
    assert.equal(error.code, 'unexpected_redirect')
    assert.equal(seen.length, 1)
  })

  it('refuses a 200 that is not JSON', async (t) => {
    const { skiro, seen } = await listen(t, (response) => response.end('hello'))
    const error = await caught(skiro.checkout.retrieve('cs_1'))
    assert.equal(error.code, 'invalid_response')
    assert.equal(seen.length, 1)
  })
})

describe('retries', { concurrency: true }, () => {
  const create = { amount: 5, currency: 'USD', payout_currency: 'USDC' } as const

  it('sends the same idempotency key again after a 500 and after a cut connection', async (t) => {
    const { skiro, seen } = await listen(t, (response, attempt) => {
      if (attempt === 1) json(response, 500, problem('internal_error'))
      else if (attempt === 2) response.destroy()
      else json(response, 201, SESSION)
    })
    assert.deepEqual(await skiro.checkout.create(create), SESSION)
    assert.equal(seen.length, 3)
    assert.equal(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size, 1)
    assert.equal(new Set(seen.map(({ body }) => body)).size, 1)
    const [first = 0, second = 0, third = 0] = seen.map(({ at }) => at)
    assert.ok(second - first >= 370, 'first pause is about 0.5 s')
    assert.ok(third - second >= 740, 'second pause is about 1 s')
  })

  it('uses another idempotency key for another call, and the given one when there is one', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 201, SESSION))
    await skiro.checkout.create(create)
    await skiro.checkout.create(create)
    await skiro.checkout.create(create, { idempotencyKey: 'order 42' })
    const keys = seen.map(({ headers }) => headers['idempotency-key'])
    assert.notEqual(keys[0], keys[1])
    assert.equal(keys[2], 'order 42')
  })

  it('waits as long as a 429 asks', async (t) => {
    const { skiro, seen } = await listen(t, (response, attempt) => {
      if (attempt === 1) json(response, 429, problem('rate_limited'), { 'retry-after': '1' })
      else json(response, 200, SESSION)
    })
    await skiro.checkout.retrieve('cs_1')
    const [first = 0, second = 0] = seen.map(({ at }) => at)
    assert.ok(second - first >= 995, `waited ${second - first} ms`)
  })

  it('waits for its own first request that still runs', async (t) => {
    const { skiro, seen } = await listen(t, (response, attempt) => {
      if (attempt === 1) json(response, 409, problem('idempotency_in_flight'))
      else json(response, 201, SESSION)
    })
    await skiro.checkout.create(create)
    assert.equal(seen.length, 2)
  })

  const final: [string, number, string, Record<string, string>][] = [
    ['400', 400, 'invalid_amount', {}],
    ['401', 401, 'invalid_api_key', {}],
    ['404', 404, 'not_found', {}],
    ['other 409', 409, 'session_not_pending', {}],
    ['422', 422, 'idempotency_key_reused', {}],
    ['429 without Retry-After', 429, 'rate_limited', {}],
    ['429 that asks for an hour', 429, 'rate_limited', { 'retry-after': '3600' }],
    ['stored 500 of this key', 500, 'internal_error', { 'idempotent-replayed': 'true' }],
  ]
  for (const [name, status, code, headers] of final) {
    it(`never retries a ${name}`, async (t) => {
      const { skiro, seen } = await listen(t, (response) => json(response, status, problem(code), headers))
      const error = await caught(skiro.checkout.create(create))
      assert.equal(error.code, code)
      assert.equal(seen.length, 1)
      if (error instanceof RateLimitError) {
        assert.equal(error.retry_after, headers['retry-after'] ? 3600 : null)
      }
    })
  }

  it('gives up after maxRetries, which a call can lower', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 503, problem('unavailable')))
    await caught(skiro.checkout.retrieve('cs_1', { maxRetries: 1 }))
    assert.equal(seen.length, 2)
    await caught(skiro.checkout.retrieve('cs_1', { maxRetries: 0 }))
    assert.equal(seen.length, 3)
  })

  it('times out on a silent server and on a body that never ends, then tries again', async (t) => {
    const { skiro, seen } = await listen(
      t,
      (response, attempt) => {
        if (attempt === 2) response.writeHead(200).write('{"id":')
        if (attempt === 3) json(response, 200, SESSION)
      },
      { timeoutMs: 150 },
    )
    assert.deepEqual(await skiro.checkout.retrieve('cs_1'), SESSION)
    assert.equal(seen.length, 3)
    const { skiro: silent } = await listen(t, () => {}, { timeoutMs: 100, maxRetries: 0 })
    const error = await caught(silent.checkout.create(create))
    assert.ok(error instanceof ConnectionError)
    assert.equal(error.code, 'timeout')
    assert.match(error.message, /within 100 ms/)
  })

  it('names the reason when nobody listens', async () => {
    const closed = createServer()
    await new Promise<void>((ready) => closed.listen(0, '127.0.0.1', ready))
    const { port } = closed.address() as AddressInfo
    await new Promise((done) => closed.close(done))
    const skiro = new Skiro(KEY, { baseUrl: `http://127.0.0.1:${port}`, maxRetries: 0 })
    const error = await caught(skiro.checkout.retrieve('cs_1'))
    assert.ok(error instanceof ConnectionError)
    assert.equal(error.code, 'connection_failed')
    assert.match(error.message, /ECONNREFUSED/)
    assert.equal(error.status, null)
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
    const shown = [skiro, skiro.checkout, skiro.transactions, skiro.payouts, error, lost].flatMap((value) => [
      inspect(value, options),
      inspect(value, { ...options, customInspect: false }),
      JSON.stringify(value),
    ])
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
