import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sdkTypes } from './sdkTypes.ts'
import type { Document, Schema } from './sdkTypes/document.ts'
import { writeType } from './sdkTypes/writeType.ts'

const json = (schema: Schema) => ({ content: { 'application/json': { schema } } })
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const thing: Schema = {
  type: 'object',
  description: 'A thing.',
  properties: {
    id: { type: 'string', description: 'Ends */ comments.' },
    parts: { type: 'array', items: ref('small_part') },
    note: { type: ['string', 'null'] },
  },
  required: ['id', 'parts'],
}

const document: Document = {
  paths: {
    '/v1/things': {
      post: {
        operationId: 'createThing',
        summary: 'Create a thing',
        parameters: [{ $ref: '#/components/parameters/Idempotency-Key' }],
        requestBody: {
          required: true,
          ...json({ type: 'object', properties: { note: { type: 'string' } } }),
        },
        responses: { '201': json(ref('thing')), '400': json(ref('error')), '404': { $ref: '#/x' } },
      },
      get: {
        operationId: 'listThings',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer' }, description: 'At most 100.' },
          { name: 'metadata[order_id]', in: 'query', schema: { type: 'string' } },
          { name: 'from', in: 'query', schema: { type: 'string' } },
          { $ref: '#/components/parameters/Idempotency-Key' },
        ],
        responses: { '200': json({ type: 'array', items: ref('thing') }) },
      },
    },
    '/v1/things/{id}': { delete: { operationId: 'deleteThing', responses: { '204': {} } } },
  },
  webhooks: { 'thing.made': { post: { requestBody: json(ref('event')) } } },
  components: {
    parameters: { 'Idempotency-Key': { name: 'Idempotency-Key', in: 'header' } },
    schemas: {
      thing,
      small_part: { type: 'object', properties: { thing: ref('thing') } },
      event: { oneOf: [ref('thing_made_event')] },
      thing_made_event: { type: 'object', properties: { type: { const: 'thing.made' } }, required: ['type'] },
      error: { type: 'object', properties: { error: { type: 'string', enum: ['a', 'b'] } } },
      unused: { type: 'object', not: {} } as Schema,
    },
  },
}

const HEAD = /^\/\/ Generated .*\n/
const files = new Map(sdkTypes(document).map(({ name, text }) => [name, text.replace(HEAD, '').trim()]))

test('each component that is used has a file of its own', () => {
  assert.deepEqual([...files.keys()].toSorted(), [
    'createThingParams',
    'errorCode',
    'listThingsAnswer',
    'listThingsParams',
    'operations',
    'skiroEvent',
    'smallPart',
    'thing',
    'thingMadeEvent',
  ])
  assert.equal(
    files.get('thing'),
    `import type { SmallPart } from './smallPart.ts'

/** A thing. */
export type Thing = {
/** Ends * / comments. */
id: string
parts: SmallPart[]
note?: string | null
}`,
  )
})

test('events are one of the types that are posted', () => {
  assert.match(files.get('skiroEvent') ?? '', /export type SkiroEvent = ThingMadeEvent$/)
  assert.match(files.get('thingMadeEvent') ?? '', /type: "thing.made"/)
  assert.match(files.get('errorCode') ?? '', /export type ErrorCode = "a" \| "b"$/)
})

test('a query becomes one object, and what is optional may be undefined', () => {
  assert.match(
    files.get('listThingsParams') ?? '',
    /{\n\/\*\* At most 100. \*\/\nlimit\?: number \| undefined\nmetadata\?: {\norder_id\?: string \| undefined\n} \| undefined\nfrom\?: string \| Date \| undefined\n}$/,
  )
})

test('operations know their types and paths', () => {
  const text = files.get('operations') ?? ''
  for (const part of [
    '/** Create a thing. */\ncreateThing: {\nbody: CreateThingParams\nanswer: Thing\n}',
    'listThings: {\nquery?: ListThingsParams | undefined\nanswer: ListThingsAnswer\n}',
    'deleteThing: {\npath: { id: string }\nanswer: undefined\n}',
    "deleteThing: 'DELETE /v1/things/{id}'",
  ])
    assert.ok(text.includes(part), text)
  assert.ok(!/SmallPart|ErrorCode/.test(text), 'it imports what it uses')
})

test('schemas become the types they describe', () => {
  const type = (schema: object) => writeType(schema, { input: false, at: 'test', uses: () => {} })
  const cases: [object, string][] = [
    [{ type: 'integer' }, 'number'],
    [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ allOf: [ref('thing'), { type: 'object' }] }, '(Thing) & (Record<string, unknown>)'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, 'Array<string | null>'],
    [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] }, '[string, number]'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
    [
      { type: 'object', propertyNames: { enum: ['A', 'B'] }, additionalProperties: { type: 'number' } },
      'Partial<Record<"A" | "B", number>>',
    ],
    [{ type: 'object', properties: { 'a-b': { type: 'boolean' } } }, '{\n"a-b"?: boolean\n}'],
    [{ type: 'string', format: 'date-time' }, 'string'],
    [{}, 'unknown'],
  ]
  for (const [schema, expected] of cases) assert.equal(type(schema), expected)
})

test('what it cannot turn into a type is named', () => {
  const at = { input: false, at: 'GET /v1/things', uses: () => {} }
  const unknown = {
    type: 'object',
    properties: { a: { type: 'object', properties: { b: { not: {} } as Schema } } },
  }
  assert.throws(
    () => writeType(unknown, at),
    /^Error: GET \/v1\/things\.a\.b: cannot turn {"not":{}} into a type$/,
  )
  assert.throws(() => writeType({ $ref: '#/elsewhere' }, at), /not #\/elsewhere/)
})
