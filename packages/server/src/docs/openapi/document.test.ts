import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Fastify, { type FastifySchema } from 'fastify'
import { z } from 'zod'
import { buildDocument } from './document.ts'
import { noteRoutes } from './routes.ts'
import type { Operation } from './types.ts'

const HOME = 'https://pay.test'
const thing = z
  .object({ id: z.string().meta({ example: 'thi_1' }), at: z.string().nullable().describe('When.') })
  .meta({ id: 'thing' })

/** The operation that a route with this schema becomes. */
function documented(method: string, url: string, schema: FastifySchema) {
  const app = Fastify()
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => () => '')
  const routes = noteRoutes(app)
  app.route({ method, url, schema, handler: async () => null })
  const document = buildDocument(routes, HOME)
  const [path = ''] = Object.keys(document.paths)
  const operation = document.paths[path]?.[method.toLowerCase()] as Required<Operation>
  return { document, path, operation, ...operation }
}

const statuses = ({ responses }: { responses: Operation['responses'] }) => Object.keys(responses ?? {})

describe('a route becomes an operation', () => {
  test('hidden routes and the HEAD of a GET do not', () => {
    const app = Fastify()
    const routes = noteRoutes(app)
    app.get('/a', { schema: { hide: true } }, async () => null)
    app.get('/b', async () => null)
    app.get('/v1/c', { schema: { operationId: 'c' } }, async () => null)
    assert.deepEqual(
      routes.map(({ method, path }) => `${method} ${path}`),
      ['GET /v1/c'],
    )
  })

  test('what it says nothing about follows from its kind', () => {
    const get = documented('GET', '/v1/things/:id', { operationId: 'a', response: { 200: thing } })
    assert.equal(get.path, '/v1/things/{id}')
    assert.deepEqual(statuses(get), ['200', '401', '403', '404', '429', '500', '503'])
    const list = documented('GET', '/v1/things', { querystring: z.object({}), response: { 200: thing } })
    assert.deepEqual(statuses(list), ['200', '400', '401', '403', '429', '500', '503'])
    const post = documented('POST', '/v1/things', { response: { 201: thing } })
    assert.deepEqual(statuses(post), [
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ])
    assert.deepEqual(post.parameters, [{ $ref: '#/components/parameters/Idempotency-Key' }])
    assert.ok('headers' in (post.responses['201'] ?? {}))
    assert.ok(JSON.stringify(post.responses['201']).includes('Idempotent-Replayed'))
    assert.ok(!JSON.stringify(get.responses['200']).includes('Idempotent-Replayed'))
  })

  test('codes come from its fields, its `errors` and its description, each once', () => {
    const { document, responses } = documented('POST', '/v1/things', {
      description: 'Or 409 `session_not_pending`.',
      errors: ['payout_wallet_missing'],
      body: z.strictObject({ amount: z.number(), currency: z.string().optional() }),
      response: { 201: thing },
    })
    const codes = (status: string) => {
      const answer = responses[status]
      return answer && 'content' in answer
        ? Object.keys(answer.content?.['application/json']?.examples ?? {})
        : answer
    }
    assert.deepEqual(codes('400'), [
      'invalid_request',
      'invalid_amount',
      'unsupported_currency',
      'payout_wallet_missing',
    ])
    assert.deepEqual(codes('409'), ['idempotency_in_flight', 'session_not_pending'])
    assert.deepEqual(codes('401'), { $ref: '#/components/responses/invalid_api_key' })
    const shared = document.components.responses['rate_limited']
    assert.deepEqual(Object.keys(shared?.headers ?? {}), [
      'Request-Id',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
    ])
    // Codes that no call of this document has are not carried along.
    assert.equal(document.components.responses['not_found'], undefined)
  })

  test('a body says what it takes, an answer what it gives', () => {
    const { requestBody, parameters } = documented('POST', '/v1/things/:id/do', {
      params: z.object({ id: z.string().describe('Thing id, thi_…') }),
      querystring: z.strictObject({ deep: z.enum(['yes', 'no']).optional().describe('How.') }),
      body: z
        .strictObject({
          amount: z.union([z.number(), z.string()]).transform(String),
          note: z.string().max(5).nullish().describe('n'),
        })
        .nullish()
        .transform((body) => body ?? null),
      response: { 200: thing },
    })
    const { schema } = requestBody.content['application/json'] ?? {}
    assert.equal(requestBody.required, false)
    assert.equal(schema?.type, 'object')
    assert.equal(schema?.additionalProperties, false)
    assert.deepEqual(schema?.properties?.['amount']?.type, ['number', 'string'])
    assert.deepEqual(schema?.properties?.['note'], {
      type: ['string', 'null'],
      maxLength: 5,
      description: 'n',
    })
    const [id, deep] = parameters
    assert.ok(id && 'name' in id && deep && 'name' in deep)
    assert.deepEqual([id.in, id.required, id.example], ['path', true, 'thi_01jf2m8s5v0x3c9q6w4e7r1t2y'])
    assert.deepEqual([deep.in, deep.required, deep.example], ['query', false, 'yes'])
  })

  test('an object is one component, wherever it is used, open and without a twin', () => {
    const { document, responses } = documented('GET', '/v1/things', {
      response: { 200: z.object({ data: z.array(thing), other: thing.nullable() }) },
    })
    const names = Object.keys(document.components.schemas)
    assert.deepEqual(
      names.filter((name) => /input|output/i.test(name)),
      [],
    )
    assert.ok(names.includes('thing') && names.includes('error'))
    assert.equal(document.components.schemas['thing']?.additionalProperties, undefined)
    assert.match(JSON.stringify(responses['200']), /"items":\{"\$ref":"#\/components\/schemas\/thing"\}/)
    const media = responses['200'] && 'content' in responses['200'] ? responses['200'].content : {}
    assert.deepEqual(media?.['application/json']?.example, {
      data: [{ id: 'thi_1', at: null }],
      other: { id: 'thi_1', at: null },
    })
  })

  test('two shapes of one id are a mistake, found when the document is made', () => {
    const other = z.object({ size: z.number() }).meta({ id: 'thing' })
    assert.throws(
      () => documented('POST', '/v1/things', { body: z.object({ a: other }), response: { 200: thing } }),
      /thing/,
    )
  })
})

describe('the document', () => {
  test('has the gateway’s own address wherever one is shown', () => {
    const { document } = documented('GET', '/v1/things', { response: { 200: thing } })
    assert.doesNotMatch(JSON.stringify(document), /here\.invalid/)
    assert.match(JSON.stringify(document.webhooks), /https:\/\/pay\.test\/cs_/)
    assert.equal(document.servers[0]?.url, HOME)
  })

  test('gives every event a component, and `event` is one of them', () => {
    const { document } = documented('GET', '/v1/things', { response: { 200: thing } })
    const { event, checkout_completed_event: completed } = document.components.schemas
    assert.equal(event?.oneOf?.length, Object.keys(document.webhooks).length)
    assert.equal(
      event?.discriminator?.mapping['checkout.completed'],
      '#/components/schemas/checkout_completed_event',
    )
    assert.equal(completed?.properties?.['type']?.const, 'checkout.completed')
    assert.deepEqual(completed?.properties?.['data'], { $ref: '#/components/schemas/transaction' })
  })
})
