import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, OpenApi, Operation } from '../packages/server/src/docs/openapi/types.ts'
import { openapiComplaints } from './openapiComplaints.ts'

const facts = {
  routes: ['POST /v1/things/:id', 'GET /healthz'],
  event_types: ['thing.made'],
  error_codes: ['too_big', 'request_timeout'],
}
const ERRORS = ['400', '401', '403', '404', '409', '413', '415', '422', '429', '500', '503']
const thing = { $ref: '#/components/schemas/thing' }
const refusal: Answer = {
  description: 'No.',
  content: { 'application/json': { schema: { type: 'object', properties: {} }, example: {} } },
}

/** A document of one call and one event that no rule complains of. */
function good(): OpenApi {
  const json = (example: unknown) => ({ 'application/json': { schema: thing, example } })
  return {
    openapi: '3.1.0',
    info: { title: 't', version: '1', description: 'd', license: { name: 'n', identifier: 'i' } },
    servers: [{ url: 'https://pay.test', description: 'd' }],
    security: [{ api_key: [] }],
    tags: [{ name: 'Things', description: 'What they are.' }],
    paths: {
      '/v1/things/{id}': {
        post: {
          operationId: 'makeThing',
          tags: ['Things'],
          summary: 'Make a thing',
          description: 'It is made.',
          parameters: [
            {
              name: 'id',
              in: 'path',
              required: true,
              description: 'Its id.',
              schema: { type: 'string' },
              example: 'thi_1',
            },
            { $ref: '#/components/parameters/Idempotency-Key' },
          ],
          requestBody: { required: true, content: json({ size: 1 }) },
          responses: {
            201: { description: 'Made.', content: json({ size: 1 }) },
            ...Object.fromEntries(ERRORS.map((status) => [status, refusal])),
            413: { $ref: '#/components/responses/too_big' },
          },
        },
      },
    },
    webhooks: {
      'thing.made': {
        post: {
          operationId: 'onThingMade',
          tags: ['Things'],
          summary: 'A thing was made',
          description: 'Somebody made it.',
          requestBody: { required: true, content: json({ size: 2 }) },
        },
      },
    },
    components: {
      schemas: {
        thing: { type: 'object', properties: { size: { type: 'integer', description: 'In metres.' } } },
      },
      responses: { too_big: refusal },
      parameters: {
        'Idempotency-Key': {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'd',
          schema: { type: 'string' },
          example: 'k',
        },
      },
      headers: {},
      examples: {},
      securitySchemes: { api_key: { type: 'http', scheme: 'bearer', description: 'd' } },
    },
  }
}

/** The complaints about the good document after `change`. */
function complaintsAfter(change: (document: OpenApi, call: Required<Operation>) => void): string[] {
  const document = good()
  change(document, document.paths['/v1/things/{id}']?.['post'] as Required<Operation>)
  return openapiComplaints(document, facts)
}

test('a complete description raises no complaint', () => {
  assert.deepEqual(openapiComplaints(good(), facts), [])
})

const CALL = 'POST /v1/things/{id}'
const AT: readonly [string, (document: OpenApi, call: Required<Operation>) => void, string[]][] = [
  ['another version', (d) => (d.openapi = '3.0.3'), ['it is OpenAPI 3.0.3, not 3.1']],
  [
    'a route that is not there',
    (d) => {
      d.paths = { '/v1/other': d.paths['/v1/things/{id}'] ?? {} }
    },
    [`${CALL} is not documented`],
  ],
  ['no summary', (_, call) => (call.summary = ''), [`${CALL} has no summary`]],
  ['no description', (_, call) => (call.description = ''), [`${CALL} has no description`]],
  ['no tag', (_, call) => (call.tags = []), [`${CALL} does not stand in one group (tags)`]],
  ['an unknown tag', (_, call) => (call.tags = ['Others']), [`${CALL}: the tag Others is not described`]],
  ['no id', (_, call) => (call.operationId = ''), [`${CALL} has no operationId`]],
  [
    'an id used twice',
    (_, call) => (call.operationId = 'onThingMade'),
    [`${CALL} shares the id onThingMade`, 'POST thing.made shares the id onThingMade'],
  ],
  ...ERRORS.filter((status) => status !== '413').map(
    (status) =>
      [
        `no answer ${status}`,
        (_: OpenApi, call: Required<Operation>) => delete call.responses[status],
        [`${CALL} has no answer ${status}`],
      ] as [string, (document: OpenApi, call: Required<Operation>) => void, string[]],
  ),
  [
    'a code that no call gives',
    (d, call) => {
      call.responses['413'] = refusal
      d.components.responses = {}
    },
    ["no call says that it answers too_big: name it in the route's errors"],
  ],
  ['no success', (_, call) => delete call.responses['201'], [`${CALL} has no answer of success`]],
  [
    'no Idempotency-Key',
    (d, call) => {
      call.parameters.pop()
      d.components.parameters = {}
    },
    [`${CALL} takes no Idempotency-Key`],
  ],
  [
    'a field without description',
    (d) => (d.components.schemas['thing'] = { type: 'object', properties: { size: { type: 'integer' } } }),
    ['thing: size is not described'],
  ],
  [
    'a field of a field without description',
    (_, call) => {
      const inner = { type: 'object', description: 'd', properties: { a: { type: 'string' } } }
      const schema = { type: 'object', properties: { b: { anyOf: [inner], description: 'd' } } }
      call.requestBody.content = { 'application/json': { schema, example: {} } }
    },
    [`${CALL}: body: b: a is not described`],
  ],
  [
    'a parameter without description',
    (_, call) => {
      const [parameter] = call.parameters
      if (parameter && 'name' in parameter) delete parameter.description
    },
    [`${CALL}: path id is not described`],
  ],
  [
    'a body without example',
    (_, call) => (call.requestBody.content = { 'application/json': { schema: thing } }),
    [`${CALL}: body has no example`],
  ],
  [
    'an answer without example',
    (_, call) =>
      (call.responses['201'] = { description: 'd', content: { 'application/json': { schema: thing } } }),
    [`${CALL}: answer 201 has no example`],
  ],
  [
    'an id without example',
    (_, call) => {
      const [parameter] = call.parameters
      if (parameter && 'name' in parameter) delete parameter.example
    },
    [`${CALL}: path id has no example`],
  ],
  [
    'an example that does not fit',
    (_, call) =>
      (call.requestBody.content = { 'application/json': { schema: thing, example: { size: 'big' } } }),
    [`${CALL}: body: its example /size must be integer`],
  ],
  [
    'an example with a field that is not there',
    (d) => {
      const content = d.webhooks['thing.made']?.['post']?.requestBody?.content ?? {}
      content['application/json'] = { schema: thing, example: { colour: 'red' } }
    },
    ['POST thing.made: body: its example / must NOT have additional properties: colour'],
  ],
  [
    'a shared example of an error that does not fit',
    (d, call) => {
      d.components.examples = { no: { summary: 's', value: { size: 'x' } } }
      const examples = { no: { $ref: '#/components/examples/no' } }
      call.responses['400'] = {
        description: 'd',
        content: { 'application/json': { schema: thing, examples } },
      }
    },
    [`${CALL}: answer 400: its example /size must be integer`],
  ],
  [
    'a component that nobody uses',
    (d) => (d.components.schemas['other'] = { type: 'string' }),
    ['#/components/schemas/other is not used'],
  ],
  [
    'a reference that leads nowhere',
    (d) => delete d.components.schemas['thing'],
    ['#/components/schemas/thing is not there'],
  ],
  [
    'no security',
    (d) => (d.security = []),
    ['#/components/securitySchemes/api_key is not used', 'it does not say how to authenticate (security)'],
  ],
  [
    'events that do not match',
    (d) => (d.webhooks = { 'thing.gone': d.webhooks['thing.made'] ?? {} }),
    ['the event thing.made is not documented', 'the event thing.gone does not exist'],
  ],
]

for (const [what, change, expected] of AT) {
  test(`names ${what}`, () => {
    assert.deepEqual(complaintsAfter(change), expected)
  })
}
