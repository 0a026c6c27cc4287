import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, beforeEach, describe, test } from 'node:test'
import { INSIDE, LOOPBACK_IPV4, NO_TARGETS, tricks } from '../../../../test/support/urlForms.ts'
import { UNREACHABLE } from './egress/failure.ts'
import { type Egress, EgressError, createEgress } from './egress.ts'

const ok = (_request: IncomingMessage, response: ServerResponse) => void response.end('ok')
let answer: (request: IncomingMessage, response: ServerResponse) => void = ok
const received: { url: string; method: string; host: string; type: string; body: string }[] = []
let connections = 0

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const { url = '', method = '', headers } = request
    received.push({ url, method, host: headers.host ?? '', type: headers['content-type'] ?? '', body })
    answer(request, response)
  })
})
server.on('connection', () => (connections += 1))
// All addresses: 127.0.0.0/8 has more than one.
server.listen(0, '0.0.0.0')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

const at_once = { pause: () => Promise.resolve() }
const closed = createEgress([], at_once)
const open = createEgress(['127.0.0.0/8', '::1/128'])
after(async () => {
  server.closeAllConnections()
  server.close()
  await Promise.all([closed.close(), open.close()])
})
beforeEach(() => {
  answer = ok
  received.length = 0
  connections = 0
})

const post = (egress: Egress, url: string, { timeout_ms = 5000, livemode = false } = {}) =>
  egress.post(url, '{"a":1}', { 'content-type': 'application/json' }, { timeout_ms, livemode })

const failure = async (attempt: Promise<unknown>): Promise<EgressError> => {
  const error = await attempt.then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(error instanceof EgressError, String(error))
  return error
}
const here = (path = '/') => `http://127.0.0.1:${port}${path}`

describe('createEgress', () => {
  test('there are more than sixty forms', () => {
    const forms = [...LOOPBACK_IPV4, ...INSIDE, ...NO_TARGETS, ...tricks(1)]
    assert.equal(new Set(forms).size, forms.length)
    assert.ok(forms.length > 150, `${forms.length}`)
  })

  for (const url of [...LOOPBACK_IPV4.map((host) => `http://${host}:${port}/hook?a=1`), ...tricks(port)]) {
    test(`${JSON.stringify(url)} is refused, and reached only when the operator allows loopback`, async () => {
      const { reason, message } = await failure(post(closed, url))
      assert.deepEqual([reason, message], ['unreachable', UNREACHABLE])
      assert.equal(connections, 0)
      assert.equal((await post(open, url)).status, 200)
      assert.equal(received.length, 1)
    })
  }

  for (const host of INSIDE) {
    test(`${host} is refused`, async () => {
      const { reason, message } = await failure(post(closed, `http://${host}:${port}/`))
      assert.deepEqual([reason, message], ['unreachable', UNREACHABLE])
      assert.equal(connections, 0)
    })
  }

  for (const url of NO_TARGETS) {
    test(`${JSON.stringify(url)} is nothing that is posted to, not even where loopback is allowed`, async () => {
      const { reason, message } = await failure(post(open, url))
      assert.equal(reason, 'refused_url')
      assert.match(message, /^nothing is posted to this URL: \w/)
      assert.equal(connections, 0)
    })
  }

  test('live mode speaks https only, decided at each post', async () => {
    await post(open, here())
    const { reason, message } = await failure(post(open, here(), { livemode: true }))
    assert.deepEqual(
      [reason, message],
      ['refused_url', 'nothing is posted to this URL: it must be https in live mode'],
    )
    assert.equal(received.length, 1)
    // https gets as far as this server, which does not speak it.
    const { message: other } = await failure(post(open, `https://127.0.0.1:${port}/`, { livemode: true }))
    assert.equal(other, 'what listens there does not speak TLS')
  })

  test('sends body, headers and path as given', async () => {
    await post(open, here('/hook?a=1#fragment'))
    const host = `127.0.0.1:${port}`
    assert.deepEqual(received, [
      { url: '/hook?a=1', method: 'POST', host, type: 'application/json', body: '{"a":1}' },
    ])
  })

  test('any status is an answer, told with its head', async () => {
    for (const status of [200, 204, 400, 404, 410, 500, 503]) {
      answer = (_request, response) => {
        response.sendDate = false
        response.writeHead(status, 'Some Reason', { 'X-Shop': 'Söhne', connection: 'close' })
        response.end(status === 204 ? '' : 'was nun?')
      }
      const got = await post(open, here())
      assert.equal(got.status, status)
      const [line, ...rest] = got.head.split('\n')
      assert.equal(line, `HTTP/1.1 ${status} Some Reason`)
      assert.deepEqual(rest.slice(-2), status === 204 ? rest.slice(-2) : ['', 'was nun?'])
      assert.ok(rest.some((header) => header.startsWith('X-Shop: ')))
    }
  })

  test('does not follow a redirect', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      answer = (_request, response) => void response.writeHead(status, { location: here('/elsewhere') }).end()
      const { status: got, head } = await post(open, here('/start'))
      assert.equal(got, status)
      assert.match(head, /\/elsewhere$/m)
    }
    assert.deepEqual(new Set(received.map(({ url }) => url)), new Set(['/start']))
    assert.equal(received.length, 5)
  })

  test('gives up in time on a server that never answers', async () => {
    answer = () => {}
    const { reason, message } = await failure(post(open, here(), { timeout_ms: 150 }))
    assert.deepEqual([reason, message], ['timeout', 'no complete answer within 0.15 s'])
  })

  test('keeps connections between posts, but not when they are old', async () => {
    for (let n = 0; n < 5; n += 1) await post(open, here())
    // A post may begin before the connection of the one before is known to be free.
    assert.ok(connections <= 2, `${connections}`)
    // Two milliseconds are old here, and a sleep between takes more than that.
    const short = createEgress(['127.0.0.0/8'], { reuse_ms: 2 })
    connections = 0
    for (let n = 0; n < 3; n += 1) {
      await post(short, here())
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    assert.equal(connections, 3)
    await short.close()
  })

  test('at most 64 connections to one origin, and every post arrives', async () => {
    const many = createEgress(['127.0.0.0/8'])
    await Promise.all(Array.from({ length: 500 }, () => post(many, here())))
    assert.equal(received.length, 500)
    assert.ok(connections > 1 && connections <= 64, `${connections}`)
    await many.close()
  })
})
