import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { gzipPool } from './gzipPool.ts'

test('every body comes back whole, whatever its size, alone or among others', async () => {
  const gzip = gzipPool(4)
  const bodies = [0, 1, 16_383, 16_384, 65_536, 1_000_000].flatMap((size) => [
    'ü'.repeat(size),
    randomBytes(size).toString('base64'),
  ])
  for (const body of bodies) assert.equal(gunzipSync(await gzip(body)).toString(), body)
  const together = await Promise.all(bodies.concat(bodies).map(gzip))
  assert.deepEqual(
    together.map((packed) => gunzipSync(packed).toString()),
    bodies.concat(bodies),
  )
})

test('nothing of one body is needed to read the next', async () => {
  const gzip = gzipPool(4)
  const body = randomBytes(20_000).toString('base64')
  const first = await gzip(body)
  assert.deepEqual(await gzip(body), first)
})
