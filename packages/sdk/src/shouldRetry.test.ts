import assert from 'node:assert/strict'
import { it } from 'node:test'
import { retryAfterSeconds } from './errorFromAnswer.ts'
import { retryDelayMs } from './shouldRetry.ts'

const read = (value: string) => retryAfterSeconds(new Headers({ 'retry-after': value }))

it('waits up to twice as long each time, and up to 8 s', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 20].map((retry) => retryDelayMs(500, retry, null, 1)),
    [500, 1000, 2000, 4000, 8000, 8000, 8000],
  )
  assert.equal(retryDelayMs(500, 1, null, 0.25), 250)
  assert.equal(retryDelayMs(500, 9, null, 0), 0)
})

it('spreads clients over the whole pause', () => {
  const tenths = new Set(Array.from({ length: 1000 }, () => Math.floor(retryDelayMs(10, 0, null))))
  assert.deepEqual(tenths, new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
})

it('never waits less than Retry-After', () => {
  assert.equal(retryDelayMs(500, 0, 7, 0), 7000)
  assert.equal(retryDelayMs(500, 0, 7, 0.5), 7250)
})

it('reads Retry-After as seconds or as a date', () => {
  assert.equal(read('12'), 12)
  assert.equal(read('soon'), null)
  assert.equal(read(new Date(0).toUTCString()), 0)
  const in_ten = read(new Date(Date.now() + 10_000).toUTCString())
  assert.ok(in_ten !== null && in_ten >= 9 && in_ten <= 10, String(in_ten))
  assert.equal(retryAfterSeconds(new Headers()), null)
})

it('reads a date by the clock of the server that wrote it', () => {
  const server_now = Date.UTC(2031, 0, 1)
  const headers = new Headers({
    date: new Date(server_now).toUTCString(),
    'retry-after': new Date(server_now + 3000).toUTCString(),
  })
  assert.equal(retryAfterSeconds(headers), 3)
})
