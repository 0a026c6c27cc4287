import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { TEST_MODE, WALLET, gatewayContext, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { buildApp } from '../app.ts'
import { ERRORS } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'

type Line = { request_id?: string; status?: number; msg: string }

/** What any answer must have, whoever gives it: an id that the log knows, no inner detail, never a 5xx. */
describe('every answer', () => {
  const lines: Line[] = []
  let gateway: Awaited<ReturnType<typeof gatewayContext>>
  let app: Awaited<ReturnType<typeof buildApp>>
  let port = 0
  before(async () => {
    gateway = await gatewayContext(TEST_MODE)
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line) as Line)
        done()
      },
    })
    app = await buildApp({ ...gateway.ctx, log: pino({ level: 'info', base: null }, stream) })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const address = app.server.address()
    port = typeof address === 'object' && address ? address.port : 0
  })
  after(async () => {
    await app.close()
    await gateway.close()
  })

  /** Sends the bytes as they are. Resolves with what comes back until the connection ends. */
  async function send(bytes: string | Buffer) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const answered = text(socket)
    socket.write(bytes)
    const [head = '', ...body] = (await answered).split('\r\n\r\n')
    const [first = '', ...fields] = head.split('\r\n')
    const headers = Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 2),
      ]),
    )
    return { status: Number(first.split(' ')[1]), headers, body: body.join('\r\n\r\n') }
  }

  type Reply = Awaited<ReturnType<typeof send>>

  /** The answer is a refusal of our own making, and one log line tells of it. */
  async function assertRefused({ status, headers, body }: Reply, code: keyof typeof ERRORS) {
    assert.equal(status, ERRORS[code].status, body)
    assert.equal(headers['content-type'], 'application/json; charset=utf-8', body)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    const parsed = JSON.parse(body) as { error: string; request_id: string; doc_url: string; message: string }
    assert.equal(parsed.error, code)
    assert.ok(isId('request', parsed.request_id))
    assert.equal(parsed.request_id, headers['request-id'])
    assert.equal(parsed.doc_url, `https://pay.example/docs/errors/${code}`)
    assert.doesNotMatch(body, /\\n\s+at |node:|HPE_|FST_|Error:/)
    await new Promise(setImmediate)
    const own = lines.filter(({ request_id }) => request_id === parsed.request_id)
    assert.deepEqual(
      own.map((line) => line.status),
      [status],
      JSON.stringify(own),
    )
  }

  test('bytes that are no request get a clean refusal', async () => {
    for (const bytes of [
      'garbage\r\n\r\n',
      '\u0000\u0001\u0002\r\n\r\n',
      'GET\r\n\r\n',
      'GET /v1/checkout HTTP/9.9\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'FROB /v1/checkout HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n',
      'POST /v1/checkout HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
      'POST /v1/checkout HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      // The first bytes of a TLS handshake: somebody spoke https to this port.
      Buffer.from('16030100c8010000c40303aabbccddeeff', 'hex'),
    ]) {
      await assertRefused(await send(bytes), 'invalid_request')
    }
    const wide = `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${'c'.repeat(20_000)}\r\n\r\n`
    await assertRefused(await send(wide), 'headers_too_large')
  })

  test('what Node would refuse by itself comes to us', async () => {
    const close = 'Connection: close\r\n\r\n'
    await assertRefused(await send(`GET /v1/checkout HTTP/1.1\r\n${close}`), 'invalid_request')
    await assertRefused(
      await send(`GET /v1/checkout HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n${close}`),
      'invalid_api_key',
    )
    assert.equal((await send(`GET /healthz HTTP/1.0\r\n\r\n`)).status, 200)
  })

  test('so do all that fit no route or are refused before one', async () => {
    const request = (line: string, rest = '') =>
      `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${rest}\r\n`
    for (const path of ['/nothing/here', '/V1/checkout', '/docs/errors/none', '/a/b/c']) {
      await assertRefused(await send(request(`GET ${path}`)), 'not_found')
    }
    for (const path of ['/v1/checkout/%zz', `/v1/checkout/${'x'.repeat(101)}`]) {
      await assertRefused(await send(request(`GET ${path}`)), 'not_found')
    }
    const large = 'Content-Type: application/json\r\nContent-Length: 70000\r\n'
    await assertRefused(await send(request('POST /cs_x/pay', large)), 'payload_too_large')
    await assertRefused(
      await send(request('POST /cs_x/pay', 'Content-Type: text/xml\r\nContent-Length: 0\r\n')),
      'unsupported_media_type',
    )
  })

  test('a path of the API with another method says which it takes', async () => {
    for (const [line, allow] of [
      ['PUT /v1/checkout', 'GET, HEAD, POST'],
      ['DELETE /v1/checkout/cs_1', 'GET, HEAD'],
      ['GET /v1/checkout/cs_1/expire?x=1', 'POST'],
      ['PROPFIND /v1/merchant', 'GET, HEAD'],
    ] as const) {
      const answer = await send(`${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
      await assertRefused(answer, 'method_not_allowed')
      assert.equal(answer.headers['allow'], allow)
    }
  })

  test('what a charge logs on its way carries the id of the request that asked for it', async () => {
    const { api_key } = await newMerchant(gateway.ctx, { wallets: { USDT: WALLET } })
    const made = await app.inject({
      method: 'POST',
      url: '/v1/checkout',
      headers: { authorization: `Bearer ${api_key}` },
      payload: { amount: 10, currency: 'USD', payout_currency: 'USDT' },
    })
    assert.equal(made.statusCode, 201, made.body)
    // The acquirer of this test cannot be reached, which is worth a line.
    const paid = await app.inject({
      method: 'POST',
      url: `/${made.json<{ id: string }>().id}/pay`,
      headers: { 'x-skiro-page': '1' },
      payload: { token: 'tok_1' },
    })
    assert.equal(paid.statusCode, 200, paid.body)
    await new Promise(setImmediate)
    const own = lines.filter(({ request_id }) => request_id === paid.headers['request-id'])
    assert.ok(own.length > 1, JSON.stringify(own))
    assert.ok(own.some((line) => 'transaction_id' in line))
  })

  test('a connection that is cut before its request is whole is not an error of ours', async () => {
    const before = lines.length
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST /v1/checkout HTTP/1.1\r\nHost: a\r\nContent-Le')
    socket.resetAndDestroy()
    await once(socket, 'close')
    assert.equal((await send('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).status, 200)
    assert.deepEqual(
      lines.slice(before).map(({ msg }) => msg),
      ['answered'],
    )
  })
})
