import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { choosePorts, freePort } from './ports.ts'

const HOST = '127.0.0.1'

async function occupy(port: number): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve))
  return server
}

test('preferred ports are taken when they are free', async () => {
  const preferred = { gateway: await freePort(HOST), shop: await freePort(HOST) }
  assert.deepEqual(await choosePorts(HOST, preferred, {}), preferred)
})

test('a busy port is replaced by a free one, and only that one', async (t) => {
  const preferred = { gateway: await freePort(HOST), shop: await freePort(HOST) }
  const busy = await occupy(preferred.gateway)
  t.after(() => busy.close())
  const chosen = await choosePorts(HOST, preferred, {})
  assert.notEqual(chosen.gateway, preferred.gateway)
  assert.equal(chosen.shop, preferred.shop)
  const proof = await occupy(chosen.gateway)
  proof.close()
})

test('a port busy on all addresses counts as busy', async (t) => {
  const busy = createServer()
  t.after(() => busy.close())
  await new Promise<void>((resolve) => busy.listen(0, '0.0.0.0', resolve))
  const { port } = busy.address() as { port: number }
  assert.notEqual((await choosePorts(HOST, { gateway: port }, {})).gateway, port)
})

test('a remembered port goes before the preferred one, and gives way when it is busy', async (t) => {
  const preferred = { gateway: await freePort(HOST) }
  const remembered = { gateway: await freePort(HOST) }
  assert.deepEqual(await choosePorts(HOST, preferred, remembered), remembered)
  const busy = await occupy(remembered.gateway)
  t.after(() => busy.close())
  assert.deepEqual(await choosePorts(HOST, preferred, remembered), preferred)
})

test('no port is given twice', async () => {
  const port = await freePort(HOST)
  const chosen = await choosePorts(HOST, { gateway: port, shop: port }, { shop: port })
  assert.equal(chosen.gateway, port)
  assert.notEqual(chosen.shop, port)
})
