import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openapiComplaints } from './openapiComplaints.ts'

const good = { operationId: 'getThing', summary: 'Get a thing' }

test('a complete description raises no complaint', () => {
  const document = { openapi: '3.1.0', paths: { '/v1/things/{id}': { get: good } } }
  assert.deepEqual(openapiComplaints(document, ['GET /v1/things/:id', 'GET /healthz']), [])
})

test('each gap is named', () => {
  const document = {
    openapi: '3.0.3',
    paths: { '/v1/things': { get: good, post: good, delete: {} } },
  }
  assert.deepEqual(openapiComplaints(document, ['GET /v1/things/:id', 'POST /v1/things']), [
    'it is OpenAPI 3.0.3, not 3.1',
    'GET /v1/things/{id} is not documented',
    'GET /v1/things shares the id getThing',
    'POST /v1/things shares the id getThing',
    'DELETE /v1/things has no operationId',
    'DELETE /v1/things has no summary',
  ])
})
