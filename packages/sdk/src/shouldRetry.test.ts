import assert from 'node:assert/strict'
import { it } from 'node:test'
import { retryAfterSeconds } from './errorFromAnswer.ts'
import { retryDelayMs } from './shouldRetry.ts'

const read = (value: string) => retryAfterSeconds(new Headers({ 'retry-after': value }))

it('backs off from 0.5 s to 5 s, each ±25 %', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 20].map((retry) => retryDelayMs(retry, null, 0.5)),
    [500, 1000, 2000, 4000, 5000, 5000],
  )
  assert.equal(retryDelayMs(0, null, 0), 375)
  assert.equal(retryDelayMs(0, null, 1), 625)
})

it('never waits less than Retry-After', () => {
  assert.equal(retryDelayMs(0, 7, 0.5), 7000)
  assert.equal(retryDelayMs(4, 1, 0.5), 5000)
})

it('reads Retry-After as seconds or as a date', () => {
  assert.equal(read('12'), 12)
  assert.equal(read('soon'), null)
  assert.equal(read(new Date(0).toUTCString()), 0)
  const in_ten = read(new Date(Date.now() + 10_000).toUTCString())
  assert.ok(in_ten !== null && in_ten >= 9 && in_ten <= 10, String(in_ten))
  assert.equal(retryAfterSeconds(new Headers()), null)
})
