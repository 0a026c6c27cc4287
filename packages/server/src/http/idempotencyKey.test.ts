import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import Fastify from 'fastify'
import { sendError } from './errors.ts'
import { readIdempotencyKey } from './idempotencyKey.ts'

describe('readIdempotencyKey', () => {
  const app = Fastify()
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, 'https://pay.test'))
  app.post('/', async (request) => ({ key: readIdempotencyKey(request) }))
  before(async () => {
    await app.ready()
  })
  after(() => app.close())

  const send = async (headers: Record<string, string | string[]>) =>
    await app.inject({ method: 'POST', url: '/', headers })

  test('no header is no key', async () => {
    assert.deepEqual((await send({})).json(), { key: null })
  })

  test('1 to 255 printable characters are taken as they are', async () => {
    for (const key of ['a', '0', 'ORD-2847', '"quoted"', 'with space ~!@', 'k'.repeat(255)]) {
      assert.deepEqual((await send({ 'Idempotency-Key': key })).json(), { key })
    }
  })

  test('anything else is refused by the header’s name', async () => {
    for (const key of [
      '',
      'k'.repeat(256),
      'k'.repeat(300),
      'tab\there',
      'ünicode',
      'line\nbreak',
      '\u0000',
      'é',
    ]) {
      const answer = await send({ 'idempotency-key': key })
      const body = answer.json<{ error: string; param: string }>()
      assert.deepEqual(
        [answer.statusCode, body.error, body.param],
        [400, 'invalid_request', 'Idempotency-Key'],
      )
    }
  })
})
