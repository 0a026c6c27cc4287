import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import Fastify from 'fastify'
import { clientErrorHandler } from './clientErrors.ts'

/** What needs a server with other settings than the gateway's. The rest is in everyAnswer.test.ts. */
describe('clientErrorHandler', () => {
  const app = Fastify({
    logger: { level: 'silent' },
    requestTimeout: 100,
    http: { connectionsCheckingInterval: 20, headersTimeout: 100 },
    clientErrorHandler(error, socket) {
      clientErrorHandler(app.log, 'https://pay.test')(error, socket)
    },
  })
  app.post('/', async () => 'fine')
  app.get('/slow', (_request, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/plain' })
    reply.raw.write('half')
  })
  let port = 0
  before(async () => {
    await app.listen({ host: '127.0.0.1', port: 0 })
    port = (app.server.address() as { port: number }).port
  })
  after(() => app.close())

  async function send(bytes: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const answer = text(socket)
    socket.write(bytes)
    return await answer
  }

  test('a body that stops half-way is refused in time', async () => {
    const answer = await send(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a"',
    )
    assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/)
    assert.match(answer, /\r\nconnection: close\r\n/)
    assert.match(answer, /"error":"request_timeout"/)
  })

  test('so are headers that stop half-way', async () => {
    assert.match(await send('POST / HTTP/1.1\r\nHost: a'), /^HTTP\/1\.1 408 .*"error":"request_timeout"/s)
  })

  test('an answer that has begun is cut, not garbled', async () => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'data')
    socket.write('garbage\r\n\r\n')
    await once(socket, 'close')
    assert.match(answer, /^HTTP\/1\.1 200 OK/)
    assert.doesNotMatch(answer, /error/)
  })
})
