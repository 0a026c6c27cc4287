import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDb } from '../../packages/server/src/db/sql.ts'
import { testDatabase } from '../../test/support/database.ts'
import { readyCounter, startCountingProxy } from './countingProxy.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
before(async () => {
  database = await testDatabase()
})
after(() => database.drop())

test('counts what the client waits for', async () => {
  const proxy = await startCountingProxy(database.url)
  const db = openDb(proxy.database_url, { max: 3 })
  await db.query('select 1 one')
  assert.equal(proxy.roundTrips(), 1)
  await db.query('select $1::int one', [1])
  assert.equal(proxy.roundTrips(), 2)
  const client = await db.pool.connect()
  await client.query('begin')
  await client.query("select repeat('Z', 200000) long")
  await client.query('commit')
  client.release()
  assert.equal(proxy.roundTrips(), 5)
  await Promise.all([1, 2, 3].map((n) => db.query('select $1::int, pg_sleep(0.05)', [n])))
  assert.equal(proxy.roundTrips(), 8)
  await db.pool.end()
  await proxy.close()
})

test('frames may be cut anywhere', () => {
  const frame = (type: string, body: string) => {
    const buffer = Buffer.alloc(5 + body.length)
    buffer.write(type)
    buffer.writeUInt32BE(4 + body.length, 1)
    buffer.write(body, 5)
    return buffer
  }
  const stream = Buffer.concat([frame('D', 'ZZZZ'), frame('Z', 'I'), frame('2', ''), frame('Z', 'T')])
  for (let size = 1; size <= stream.length; size++) {
    let seen = 0
    const count = readyCounter(() => seen++)
    for (let at = 0; at < stream.length; at += size) count(stream.subarray(at, at + size))
    assert.equal(seen, 2, `in pieces of ${size} bytes`)
  }
})
