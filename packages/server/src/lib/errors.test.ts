import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionFailed, assert as ours, unreachable } from './assert.ts'
import { ERRORS, type ErrorCode, ProviderError, SkiroError } from './errors.ts'

/** The statuses that the API's description promises. */
const DOCUMENTED: Partial<Record<ErrorCode, number>> = {
  invalid_request: 400,
  invalid_amount: 400,
  unsupported_currency: 400,
  payout_wallet_missing: 400,
  invalid_api_key: 401,
  forbidden: 403,
  not_found: 404,
  session_not_pending: 409,
  idempotency_in_flight: 409,
  payload_too_large: 413,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal_error: 500,
}

test('documented codes have the documented status', () => {
  for (const [code, status] of Object.entries(DOCUMENTED)) {
    assert.equal(ERRORS[code as ErrorCode].status, status, code)
  }
})

test('every code is snake_case, an error status, and says something in a sentence', () => {
  for (const [code, { status, message }] of Object.entries(ERRORS)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/)
    assert.ok(status >= 400 && status <= 599, code)
    assert.match(message, /^.{10,}\.$/, code)
  }
})

test('the words for a bad key are the documented ones', () => {
  assert.equal(
    new SkiroError('invalid_api_key').message,
    'The provided API key was not found or has been revoked.',
  )
})

test('a SkiroError carries code, status, param, message and cause', () => {
  const cause = new Error('inner')
  const error = new SkiroError('invalid_amount', { param: 'amount', message: 'too small', cause })
  assert.deepEqual(
    [error.code, error.status, error.param, error.message, error.cause, error.name],
    ['invalid_amount', 400, 'amount', 'too small', cause, 'SkiroError'],
  )
  const plain = new SkiroError('not_found')
  assert.equal(plain.message, ERRORS.not_found.message)
  assert.equal(plain.param, undefined)
  assert.equal('cause' in plain, false)
})

test('a ProviderError says whose and of which kind', () => {
  const error = new ProviderError('simulator', 'unknown', 'timed out', 'cut')
  assert.deepEqual(
    [error.provider, error.kind, error.message, error.cause],
    ['simulator', 'unknown', 'timed out', 'cut'],
  )
  assert.equal(error instanceof SkiroError, false)
})

test('assertions are bugs, not errors a caller can act on', () => {
  ours(true, 'never')
  for (const condition of [false, null, undefined, 0, '']) {
    assert.throws(() => ours(condition, 'broken'), { name: 'AssertionFailed', message: 'broken' })
  }
  assert.throws(() => unreachable('x' as never, 'state'), AssertionFailed)
  assert.equal(new AssertionFailed('x') instanceof SkiroError, false)
})
