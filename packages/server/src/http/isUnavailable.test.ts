import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { gatewayApp, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { isUnavailable } from './isUnavailable.ts'

let gateway: Awaited<ReturnType<typeof gatewayApp>>
let database: Awaited<ReturnType<typeof testDatabase>>
let wire: Awaited<ReturnType<typeof startWire>>
before(async () => {
  database = await testDatabase()
  const url = new URL(database.url)
  wire = await startWire(Number(url.port))
  url.port = String(wire.port)
  gateway = await gatewayApp({ SKIRO_DATABASE_URL: url.href }, database)
})
after(async () => {
  await gateway.close()
  await wire.cut()
})

/** A port that leads to another one of this machine, until it is cut. */
async function startWire(target: number) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}))
    near.pipe(far).pipe(near)
  })
  const mend = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await mend(0)
  const { port } = server.address() as { port: number }
  const cut = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    if (server.listening) await once(server, 'close')
  }
  return { port, cut, mend: () => mend(port) }
}

test('a database that cannot be reached is 503 with Retry-After, and works again afterwards', async () => {
  const { api_key } = await newMerchant(gateway.ctx)
  const headers = { authorization: `Bearer ${api_key}` }
  const ask = () => gateway.app.inject({ url: '/v1/merchant', headers })
  assert.equal((await ask()).statusCode, 200)

  await wire.cut()
  for (let tries = 0; tries < 3; tries++) {
    const down = await ask()
    assert.deepEqual([down.statusCode, down.json<{ error: string }>().error], [503, 'unavailable'], down.body)
    assert.equal(down.headers['retry-after'], '1')
    assert.ok(down.headers['request-id'])
  }

  await wire.mend()
  assert.equal((await ask()).statusCode, 200)
})

test('what else fails in the database is not', () => {
  const error = (code: string) => Object.assign(new Error('x'), { code })
  for (const code of ['23505', '40001', '42601', '55P03', '57014'])
    assert.equal(isUnavailable(error(code)), false)
  for (const code of ['57P01', '57P03', '08006', '53300', 'ECONNREFUSED']) {
    assert.equal(isUnavailable(error(code)), true)
    assert.equal(isUnavailable(new Error('y', { cause: error(code) })), true)
    assert.equal(isUnavailable(new AggregateError([error(code)])), true)
  }
  assert.equal(isUnavailable('57P01'), false)
  assert.equal(isUnavailable(new Error('Connection terminated unexpectedly')), true)
})
