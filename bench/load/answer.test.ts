import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { readAnswer } from './answer.ts'

test('reads what a real server sends, however it is cut', async () => {
  const server = createServer((_request, response) => {
    const body = '{"hello":"wörld"}'
    response.writeHead(201, { 'content-length': Buffer.byteLength(body) }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.end('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  const sent = Buffer.concat(await socket.toArray())
  server.close()
  await once(server, 'close')

  for (let length = 0; length < sent.length; length++)
    assert.equal(readAnswer(sent.subarray(0, length)), null)
  const answer = readAnswer(Buffer.concat([sent, Buffer.from('HTTP/1.1')]))
  assert.equal(answer?.status, 201)
  assert.equal(answer.body.toString(), '{"hello":"wörld"}')
  assert.equal(answer.bytes, sent.length)
})

test('an answer without a length is refused', () => {
  assert.throws(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')))
})
