import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, beforeEach, describe, test } from 'node:test'
import { type Egress, EgressError, createEgress } from './egress.ts'

const ok = (_request: IncomingMessage, response: ServerResponse) => void response.end('ok')
let answer: (request: IncomingMessage, response: ServerResponse) => void = ok
const received: { url: string; method: string; host: string; type: string; body: string }[] = []

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const { url = '', method = '', headers } = request
    received.push({ url, method, host: headers.host ?? '', type: headers['content-type'] ?? '', body })
    answer(request, response)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

const closed = createEgress([])
const open = createEgress(['127.0.0.0/8', '::1/128'])
after(async () => {
  server.closeAllConnections()
  server.close()
  await Promise.all([closed.close(), open.close()])
})
beforeEach(() => {
  answer = ok
  received.length = 0
})

const post = (egress: Egress, url: string, timeout_ms = 2000) =>
  egress.post(url, '{"a":1}', { 'content-type': 'application/json' }, timeout_ms)

const failure = async (attempt: Promise<unknown>): Promise<string> => {
  const error = await attempt.then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(error instanceof EgressError, String(error))
  return error.message
}

/** Every way to write an address at which the server above listens. */
const WAYS = [
  ['127.0.0.1', 'localhost', 'LOCALHOST', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1'],
  [
    '017700000001',
    '0177.0.0.1',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '１２７.0.0.1',
    '%31%32%37.0.0.1',
  ],
].flat()

describe('createEgress', () => {
  for (const host of WAYS) {
    test(`${host} is refused, and reached only when the operator allows loopback`, async () => {
      const url = `http://${host}:${port}/hook?a=1`
      assert.equal(await failure(post(closed, url)), 'could not connect')
      assert.deepEqual(received, [])
      assert.deepEqual(await post(open, url), { status: 200, body: 'ok' })
      assert.equal(received.length, 1)
    })
  }

  test('other private addresses are refused at once, not tried', async () => {
    const hosts = [
      '10.255.255.1',
      '192.168.255.254',
      '169.254.169.254',
      '[::1]',
      '[fe80::1]',
      '[::ffff:7f00:1]',
      '0.0.0.0',
    ]
    for (const host of hosts)
      assert.equal(await failure(post(closed, `http://${host}:${port}/`)), 'could not connect')
    assert.deepEqual(received, [])
  })

  test('sends body, headers and path as given', async () => {
    await post(open, `http://127.0.0.1:${port}/hook?a=1#fragment`)
    const host = `127.0.0.1:${port}`
    assert.deepEqual(received, [
      { url: '/hook?a=1', method: 'POST', host, type: 'application/json', body: '{"a":1}' },
    ])
  })

  test('any status is an answer', async () => {
    for (const status of [200, 204, 400, 404, 410, 500, 503]) {
      answer = (_request, response) => void response.writeHead(status).end()
      assert.equal((await post(open, `http://127.0.0.1:${port}/`)).status, status)
    }
  })

  test('does not follow a redirect', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      answer = (_request, response) =>
        void response.writeHead(status, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
      assert.equal((await post(open, `http://127.0.0.1:${port}/start`)).status, status)
    }
    assert.deepEqual(new Set(received.map(({ url }) => url)), new Set(['/start']))
    assert.equal(received.length, 5)
  })

  test('reads at most 64 KB of an answer', async () => {
    answer = (_request, response) => void response.end('x'.repeat(1024 * 1024))
    assert.equal((await post(open, `http://127.0.0.1:${port}/`)).body, 'x'.repeat(64 * 1024))
  })

  test('does not wait for the end of an answer that has none, and hangs up', async () => {
    const hung_up = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        const more = setInterval(() => response.write('x'.repeat(16 * 1024)), 1)
        response.on('close', () => {
          clearInterval(more)
          resolve()
        })
      }
    })
    assert.equal((await post(open, `http://127.0.0.1:${port}/`)).body.length, 64 * 1024)
    await hung_up
  })

  test('gives up in time on a server that never answers', async () => {
    answer = () => {}
    assert.equal(await failure(post(open, `http://127.0.0.1:${port}/`, 150)), 'no answer in time')
  })

  test('gives up in time on an answer that stops in the middle', async () => {
    answer = (_request, response) => void response.writeHead(200).write('half')
    assert.equal(await failure(post(open, `http://127.0.0.1:${port}/`, 150)), 'no answer in time')
  })

  test('says the same for a closed port, an unknown host, a cut connection and a forbidden address', async () => {
    answer = (request) => void request.socket.destroy()
    // A label of 64 characters is no name: the resolver says so without asking anyone.
    const urls = [
      'http://127.0.0.1:1/',
      `http://127.0.0.1:${port}/`,
      `http://${'x'.repeat(64)}.invalid/`,
      'https://127.0.0.1:1/',
    ]
    for (const url of urls) assert.equal(await failure(post(open, url)), 'could not connect', url)
    assert.equal(await failure(post(closed, 'http://127.0.0.1:1/')), 'could not connect')
  })

  test('speaks http and https only', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1:6379/_', 'data:,x']) {
      assert.equal(await failure(post(open, url)), 'could not connect', url)
    }
  })
})
