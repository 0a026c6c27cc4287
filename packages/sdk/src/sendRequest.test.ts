import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  Skiro,
  type SkiroError,
} from './index.ts'
import { caught, json, KEY, listen, problem, SESSION } from './testServer.ts'

describe('errors', { concurrency: true }, () => {
  const cases: [number, string, new (...args: never[]) => SkiroError][] = [
    [400, 'invalid_amount', InvalidRequestError],
    [401, 'invalid_api_key', AuthenticationError],
    [403, 'forbidden', PermissionError],
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

  it('takes the request id from the header when the body has none', async (t) => {
    const { skiro } = await listen(
      t,
      (response) => response.writeHead(504, { 'request-id': 'req_8' }).end('timeout'),
      { maxRetries: 0 },
    )
    assert.equal((await caught(skiro.merchant.retrieve())).request_id, 'req_8')
  })

  it('takes codes, fields and statuses that this version does not know', async (t) => {
    const { skiro } = await listen(t, (response) =>
      json(response, 451, problem('sanctioned', { hint: ['new'], param: 7 })),
    )
    const error = await caught(skiro.payouts.retrieve('po_1'))
    assert.equal(error.constructor, InvalidRequestError)
    assert.deepEqual([error.code, error.status, error.param], ['sanctioned', 451, null])
  })

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

  it('sends a PATCH again only when it was refused before it ran', async (t) => {
    const { skiro, seen } = await listen(t, (response, attempt) => {
      if (attempt === 1) json(response, 429, problem('rate_limited'), { 'retry-after': '0' })
      else if (attempt === 2) response.destroy()
      else json(response, 500, problem('internal_error'))
    })
    const lost = await caught(skiro.webhooks.update('we_1', { status: 'disabled' }))
    assert.equal(lost.code, 'connection_failed')
    assert.equal(seen.length, 2)
    await caught(skiro.webhooks.update('we_1', { status: 'disabled' }))
    assert.equal(seen.length, 3)
  })

  it('sends a DELETE again after a lost answer: a second one changes nothing', async (t) => {
    const deleted = { id: 'we_1', object: 'webhook_endpoint', deleted: true }
    const { skiro, seen } = await listen(t, (response, attempt) => {
      if (attempt === 1) response.destroy()
      else json(response, 200, deleted)
    })
    assert.deepEqual(await skiro.webhooks.delete('we_1'), deleted)
    assert.equal(seen.length, 2)
  })

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

describe('a signal', { concurrency: true }, () => {
  it('ends a try', async (t) => {
    const { skiro, seen } = await listen(t, () => {})
    const reason = new Error('shutting down')
    const controller = new AbortController()
    const call = caught(skiro.merchant.retrieve({ signal: controller.signal }))
    while (seen.length === 0) await new Promise((wake) => setTimeout(wake, 1))
    controller.abort(reason)
    const error = await call
    assert.ok(error instanceof ConnectionError)
    assert.equal(error.code, 'aborted')
    assert.equal(error.cause, reason)
    assert.equal(seen.length, 1)
  })

  it('ends a pause', async (t) => {
    const stop = new AbortController()
    const { skiro, seen } = await listen(t, (response) => {
      json(response, 429, problem('rate_limited'), { 'retry-after': '30' })
      setTimeout(() => stop.abort(), 50)
    })
    const start = performance.now()
    const error = await caught(skiro.merchant.retrieve({ signal: stop.signal }))
    assert.equal(error.code, 'aborted')
    assert.equal(seen.length, 1)
    assert.ok(performance.now() - start < 10_000)
  })

  it('that is over already sends nothing', async (t) => {
    const { skiro, seen } = await listen(t, (response) => json(response, 200, {}))
    assert.equal((await caught(skiro.merchant.retrieve({ signal: AbortSignal.abort() }))).code, 'aborted')
    assert.equal(seen.length, 0)
  })

  it('that stays quiet leaves nothing behind', async (t) => {
    const { skiro } = await listen(t, (response, attempt) =>
      attempt % 3 === 0 ? json(response, 200, {}) : json(response, 503, problem('unavailable')),
    )
    const { signal } = new AbortController()
    for (let call = 0; call < 3; call++) await skiro.merchant.retrieve({ signal })
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })
})
