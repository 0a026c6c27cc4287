import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaJudge } from './jsonSchema.ts'

const document = {
  components: {
    schemas: {
      thing: {
        type: 'object',
        properties: { id: { type: 'string' }, at: { type: ['string', 'null'], format: 'date-time' } },
        required: ['id'],
        examples: [{ properties: { type: 'not a schema' } }],
      },
      error: { type: 'object', properties: { error: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}
const list = {
  type: 'object',
  properties: { data: { type: 'array', items: { $ref: '#/components/schemas/thing' } } },
}
const named = { allOf: [{ $ref: '#/components/schemas/error' }, { properties: { error: { const: 'x' } } }] }

test('says what does not fit, through references', () => {
  const judge = schemaJudge(document)
  assert.deepEqual(judge(list, { data: [{ id: 'a', at: null }] }), [])
  assert.deepEqual(judge(list, { data: [{ id: 1 }] }), ['/data/0/id must be string'])
  assert.deepEqual(judge(list, { data: [{}] }), ["/data/0 must have required property 'id'"])
  assert.deepEqual(judge(list, { data: [{ id: 'a', at: 'today' }] }), [
    '/data/0/at must match format "date-time"',
  ])
  assert.deepEqual(judge(named, { error: 'x', message: 'm' }), [])
  assert.deepEqual(judge(named, { error: 'y' }), ['/error must be equal to constant'])
})

test('closed: nothing that is not named', () => {
  const judge = schemaJudge(document, { closed: true })
  assert.deepEqual(judge(list, { data: [{ id: 'a' }] }), [])
  assert.deepEqual(judge(list, { data: [{ id: 'a', secret: 's' }] }), [
    '/data/0 must NOT have additional properties: secret',
  ])
  assert.deepEqual(judge(list, { data: [], more: 1 }), ['/ must NOT have additional properties: more'])
  assert.deepEqual(judge(named, { error: 'x', message: 'm' }), [])
  assert.deepEqual(judge(named, { error: 'x', stack: 's' }), ['/ must NOT have additional properties: stack'])
})
