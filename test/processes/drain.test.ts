/** Processes that come and go under load, and how each of them goes. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { startBalancer } from '../support/balancer.ts'
import { assertBooks } from '../support/books.ts'
import { assertSequence } from '../support/judge.ts'
import { assertPaidOnce, heard, heardBy } from '../support/outcome.ts'
import { api, cardToken, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

/** The promise to whoever stops us. */
const STOPPED_WITHIN_MS = 20_000

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.stop())

/** A customer base: shops that create, look up and charge, one call after the other, and note what went wrong. */
function startLoad(merchant: Merchant) {
  const created: string[] = []
  const paid: string[] = []
  const failures: string[] = []
  let stopping = false

  async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown> | null> {
    const answer = await api(world, merchant, method, path, body).catch((error: unknown) => String(error))
    if (typeof answer !== 'string' && answer.status < 300) return answer.body
    failures.push(`${method} ${path}: ${typeof answer === 'string' ? answer : answer.status}`)
    return null
  }
  const body = { amount: 10, currency: 'USD', payout_currency: 'USDT' }
  async function create(): Promise<string | null> {
    const session = await call('POST', '/v1/checkout', body)
    if (session) created.push(String(session.id))
    return session && String(session.id)
  }
  async function shop(): Promise<void> {
    while (!stopping) {
      await create()
      const one = created[Math.floor(Math.random() * created.length)]
      if (one) await call('GET', `/v1/checkout/${one}`)
      await sleep(5)
    }
  }
  async function customer(): Promise<void> {
    while (!stopping) {
      const session = await create()
      if (!session) continue
      const token = await cardToken(world, session)
      const answer = await pay(world, session, token).catch((error: unknown) => String(error))
      if (typeof answer !== 'string' && answer.status === 200) paid.push(session)
      else failures.push(`pay: ${typeof answer === 'string' ? answer : answer.status}`)
      await sleep(700)
    }
  }
  const running = Promise.all([shop(), shop(), shop(), shop(), customer(), customer()])
  return {
    created,
    paid,
    failures,
    async stop() {
      stopping = true
      await running
    },
  }
}

/** Tells the process to stop, and how it did. */
async function stopped(gateway: Gateway): Promise<{ exit: number | string; ms: number }> {
  const start = performance.now()
  gateway.child.kill('SIGTERM')
  const exit = await gateway.exited
  return { exit, ms: performance.now() - start }
}

describe('behind a load balancer that heeds readiness', () => {
  // Each serving process may be told to stop while the others go on.
  async function fleet(env: Record<string, string>) {
    const balancer = await startBalancer(Number(new URL(world.api_url).port))
    const ports = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const serve = (port: number) => world.startGateway({ ...env, SKIRO_PORT: String(port) }, 'serve')
    const work = async () =>
      await world.startGateway({ ...env, SKIRO_WORK_PORT: String(await freePort('127.0.0.1')) }, 'work')
    const servers = new Map<number, Gateway>()
    for (const port of ports) {
      servers.set(port, await serve(port))
      balancer.add(port)
      await balancer.ready(port)
    }
    return { balancer, servers, serve, work }
  }

  test('every process is replaced amid the rush, and nobody notices', async () => {
    const merchant = await world.createMerchant()
    // As it runs in production: the default.
    const { balancer, servers, serve, work } = await fleet({ SKIRO_DRAIN_MS: '2000' })
    const workers = [await work(), await work()]
    const load = startLoad(merchant)
    const exits: { exit: number | string; ms: number }[] = []
    try {
      for (const [port, gateway] of servers) {
        exits.push(await stopped(gateway))
        servers.set(port, await serve(port))
        await balancer.ready(port)
      }
      for (const [i, worker] of workers.entries()) {
        exits.push(await stopped(worker))
        workers[i] = await work()
      }
      await load.stop()
      assert.deepEqual(load.failures, [])
      assert.ok(
        load.created.length > 100 && load.paid.length >= 5,
        `${load.created.length}, ${load.paid.length}`,
      )
      for (const { exit, ms } of exits) {
        assert.equal(exit, 0)
        assert.ok(ms <= STOPPED_WITHIN_MS, `${ms} ms`)
      }
      const { rows } = await world.database.db.query<{ id: string }>(
        'select id from checkout_session where merchant_id = $1 order by id',
        [merchant.merchant_id],
      )
      assert.deepEqual(
        rows.map(({ id }) => id),
        load.created.toSorted(),
        'what was acknowledged is what there is',
      )
      await assertPaidOnce(world, merchant, load.paid)
      await heard(world, merchant, 'payout.completed', () => true, { count: load.paid.length, seconds: 60 })
      const events = heardBy(world, merchant).map(({ event }) => event.id)
      assert.equal(new Set(events).size, 3 * load.paid.length)
      assert.equal(events.length, 3 * load.paid.length, 'an event was delivered twice without need')
      await assertBooks(world.database.db)
      await assertSequence(world, merchant)
    } finally {
      await load.stop()
      await Promise.all([...servers.values(), ...workers].map((gateway) => gateway.stop()))
      await balancer.close()
    }
  })

  test('control: without a drain the same customers notice', async () => {
    const merchant = await world.createMerchant()
    const { balancer, servers, serve } = await fleet({ SKIRO_DRAIN_MS: '0' })
    const load = startLoad(merchant)
    try {
      // Requests that are sent before the balancer looks again meet a door that is shut.
      for (let tries = 0; tries < 5 && load.failures.length === 0; tries++) {
        for (const [port, gateway] of servers) {
          await stopped(gateway)
          servers.set(port, await serve(port))
          await balancer.ready(port)
        }
      }
      assert.ok(load.failures.length > 0)
    } finally {
      await load.stop()
      await Promise.all([...servers.values()].map((gateway) => gateway.stop()))
      await balancer.close()
    }
  })
})

describe('one process', { concurrency: true }, () => {
  const at = async (port: number, path: string, init: RequestInit = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init)
    const { status, headers } = answer
    return { status, connection: headers.get('connection'), text: await answer.text() }
  }
  // One that a failed test leaves behind would keep this file from its end.
  const started: Gateway[] = []
  after(() => Promise.all(started.map((gateway) => gateway.kill())))
  async function start(role: string, env: Record<string, string> = {}) {
    const port = await freePort('127.0.0.1')
    const name = role === 'work' ? 'SKIRO_WORK_PORT' : 'SKIRO_PORT'
    const gateway = await world.startGateway({ [name]: String(port), ...env }, role)
    started.push(gateway)
    await gateway.ready
    let said = ''
    gateway.child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    return { port, gateway, log: () => said }
  }
  /** A request whose body never ends. Resolves when the server has its head. */
  async function hang(port: number) {
    const { api_key } = await world.createMerchant()
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    const headers = [
      'POST /v1/checkout HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${api_key}`,
      'Content-Type: application/json',
      'Content-Length: 10',
      'Expect: 100-continue',
    ]
    socket.write(`${headers.join('\r\n')}\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    return socket
  }

  test('says at once that it is not ready, serves on for the time set, and closes what it answers on', async () => {
    const { port, gateway } = await start('serve', { SKIRO_DRAIN_MS: '4000' })
    assert.deepEqual((await at(port, '/readyz')).status, 200)
    assert.notEqual((await at(port, '/v1/payouts')).connection, 'close')
    gateway.child.kill('SIGTERM')
    let readiness = await at(port, '/readyz')
    while (readiness.status === 200) readiness = await at(port, '/readyz')
    assert.deepEqual([readiness.status, readiness.connection], [503, 'close'])
    assert.deepEqual(JSON.parse(readiness.text), { status: 'not_ready', reason: 'stopping' })
    for (const [path, status] of [
      ['/healthz', 200],
      ['/v1/payouts', 401],
      ['/absent/path', 404],
      ['/cs_absent', 404],
    ] as const) {
      const answer = await at(port, path)
      assert.deepEqual([answer.status, answer.connection], [status, 'close'], path)
    }
    assert.equal(await gateway.exited, 0)
    await assert.rejects(at(port, '/healthz'))
  })

  test('working alone, it answers probes and metrics at its own port and nothing else', async () => {
    const { port, gateway } = await start('work')
    assert.deepEqual([(await at(port, '/healthz')).status, (await at(port, '/readyz')).status], [200, 200])
    // On a busy machine the database may not have answered in time, and what it counts is left out.
    await eventually('what the database counts', 30, async () => {
      const { status, text } = await at(port, '/metrics')
      assert.equal(status, 200)
      return /^skiro_payouts_unfinished\{state="held"\} \d+$/m.test(text)
    })
    assert.equal((await at(port, '/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } })).status, 404)
    assert.equal((await at(port, '/v1/payouts')).status, 404)
    assert.equal((await stopped(gateway)).exit, 0)
  })

  test('a second signal ends it at once', async () => {
    const { port, gateway, log } = await start('serve')
    const socket = await hang(port)
    gateway.child.kill('SIGTERM')
    while (!log().includes('"msg":"stopping"')) await sleep(50)
    // Two that come together are taken for one.
    await sleep(500)
    assert.equal(gateway.child.exitCode, null)
    const { exit, ms } = await stopped(gateway)
    assert.equal(exit, 1)
    assert.ok(ms < STOPPED_WITHIN_MS / 2, `${ms} ms`)
    assert.match(log(), /"level":60.*a second signal, SIGTERM.*"msg":"stopped at once"/)
    socket.destroy()
  })

  test('what does not come to an end is cut off in time, and said so', async () => {
    const { port, gateway, log } = await start('serve')
    const socket = await hang(port)
    const { exit, ms } = await stopped(gateway)
    assert.equal(exit, 1)
    assert.ok(ms <= STOPPED_WITHIN_MS, `${ms} ms`)
    assert.match(log(), /"level":60.*not stopped after.*"msg":"stopped at once"/)
    socket.destroy()
  })

  test('connections that ask for nothing, or not yet, keep it from nothing', async () => {
    const { port, gateway } = await start('serve')
    const sockets = ['', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '].map((said) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(said)
      return socket
    })
    await at(port, '/healthz')
    const { exit, ms } = await stopped(gateway)
    assert.equal(exit, 0)
    assert.ok(ms <= STOPPED_WITHIN_MS, `${ms} ms`)
    for (const socket of sockets) socket.destroy()
  })
})
