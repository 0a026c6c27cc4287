import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import Fastify from 'fastify'
import { AssertionFailed } from '../lib/assert.ts'
import { ERRORS, type ErrorCode, ProviderError, SkiroError } from '../lib/errors.ts'
import { sendError } from './errors.ts'

describe('sendError', () => {
  let thrown: unknown
  const lines: string[] = []
  const app = Fastify({
    genReqId: () => 'req_1',
    bodyLimit: 100,
    logger: { level: 'error', stream: { write: (line: string) => void lines.push(line) } },
  })
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, 'https://pay.test'))
  app.post('/', async () => {
    throw thrown
  })
  before(async () => {
    await app.ready()
  })
  after(() => app.close())

  async function answerTo(error: unknown) {
    thrown = error
    return await app.inject({ method: 'POST', url: '/' })
  }

  test('every code becomes its status and the documented body', async () => {
    for (const [code, { status, message }] of Object.entries(ERRORS)) {
      const answer = await answerTo(new SkiroError(code as ErrorCode))
      assert.equal(answer.statusCode, status)
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
      assert.equal(answer.headers['request-id'], 'req_1')
      assert.deepEqual(answer.json(), {
        error: code,
        message,
        request_id: 'req_1',
        doc_url: `https://pay.test/docs/errors/${code}`,
      })
    }
  })

  test('param and message of their own are shown, the cause is not', async () => {
    const error = new SkiroError('invalid_amount', {
      param: 'amount',
      message: 'm',
      cause: new Error('canary'),
    })
    const answer = await answerTo(error)
    assert.deepEqual(Object.keys(answer.json<object>()), [
      'error',
      'message',
      'param',
      'request_id',
      'doc_url',
    ])
    assert.ok(!answer.body.includes('canary'))
  })

  test('a bad key says how to prove oneself', async () => {
    assert.equal((await answerTo(new SkiroError('invalid_api_key'))).headers['www-authenticate'], 'Bearer')
    assert.equal((await answerTo(new SkiroError('not_found'))).headers['www-authenticate'], undefined)
  })

  test('what is not ours is a 500 without inner detail, and one log line with it', async () => {
    const unknown = [
      new Error('canary'),
      new AssertionFailed('canary'),
      new ProviderError('simulator', 'unknown', 'canary'),
      Object.assign(new Error('canary'), { code: '23505', detail: 'canary', constraint: 'canary' }),
      Object.assign(new Error('canary'), { statusCode: 500 }),
      Object.assign(new Error('canary'), { statusCode: 302 }),
    ]
    for (const error of unknown) {
      lines.length = 0
      const answer = await answerTo(error)
      assert.deepEqual([answer.statusCode, answer.json<{ error: string }>().error], [500, 'internal_error'])
      assert.ok(!answer.body.includes('canary'))
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', /canary.*req_1|req_1.*canary/s)
    }
  })

  test('the framework’s refusals have our codes', async () => {
    const post = async (payload: string, headers: Record<string, string>) => {
      const answer = await app.inject({ method: 'POST', url: '/', payload, headers })
      return [answer.statusCode, answer.json<{ error: string }>().error]
    }
    const json = { 'content-type': 'application/json' }
    assert.deepEqual(await post(`"${'x'.repeat(100)}"`, json), [413, 'payload_too_large'])
    assert.deepEqual(await post('<a/>', { 'content-type': 'text/xml' }), [415, 'unsupported_media_type'])
    assert.deepEqual(await post('{', json), [400, 'invalid_request'])
    assert.deepEqual(await post('', json), [400, 'invalid_request'])
  })
})
