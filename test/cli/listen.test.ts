/** `skiro listen` against a gateway that dies, a receiver that goes away and itself being stopped: no gap, no double. */
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { Skiro, type SkiroEvent, type WebhookDelivery, webhooks } from 'skiro'
import { createSession, eventually } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'
import { type Terminal, terminal } from './cli.ts'

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

let merchant: Merchant
let skiro: Skiro
let t: Terminal
let shop: Awaited<ReturnType<typeof startShop>>
beforeEach(async () => {
  merchant = await world.createMerchant()
  skiro = new Skiro(merchant.api_key, { baseUrl: world.api_url, maxRetries: 10, retryDelayMs: 200 })
  t = await terminal({ SKIRO_API_KEY: merchant.api_key, SKIRO_API_URL: world.api_url })
  shop = await startShop()
})
afterEach(async () => {
  await t.close()
  await shop.down()
})

/** A developer's server, which is started again and again on one port, and keeps what it was handed. */
async function startShop() {
  const got: { event: SkiroEvent; signature: string; raw: string }[] = []
  let server: Server | null = null
  let status = 200
  let port = 0
  async function up() {
    server = createServer((request, response) => {
      void text(request).then((raw) => {
        if (status === 200)
          got.push({
            event: JSON.parse(raw) as SkiroEvent,
            signature: String(request.headers['x-skiro-signature']),
            raw,
          })
        response.writeHead(status).end()
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  await up()
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    got,
    up,
    answer: (next: number) => (status = next),
    async down() {
      if (!server?.listening) return
      server.close()
      server.closeIdleConnections()
      await once(server, 'close')
    },
    sequences: () => got.map(({ event }) => event.sequence),
    holds: (count: number) =>
      eventually(`${count} events at the shop, not ${got.length}`, 40, async () => got.length >= count),
  }
}

const listen = (...more: string[]) =>
  t.start(['listen', '--forward-to', shop.url, '--interval', '0.1', '--json', ...more])

/** So many `checkout.expired` events. */
async function happen(count: number): Promise<void> {
  for (let made = 0; made < count; made++) {
    const { id } = await skiro.checkout.create({ amount: 5, currency: 'USD', payout_currency: 'USDT' })
    await skiro.checkout.expire(id)
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const secretOf = (said: string) => /Signing secret: (whsec_\S+)/.exec(said)?.[1] ?? ''

test('killed gateway, receiver away, proxy that says so, listener stopped: each event once and in order', async () => {
  const listener = listen()
  await listener.says('Ready.')
  await happen(5)
  await shop.holds(5)

  await gateway.kill()
  await listener.says('The gateway is away')
  gateway = await world.startGateway()
  await happen(5)
  await listener.says('The gateway is back')
  await shop.holds(10)

  await shop.down()
  await happen(5)
  await listener.says('Nothing answers')
  await shop.up()
  await shop.holds(15)

  shop.answer(503)
  await happen(3)
  await listener.says('it answered 503')
  shop.answer(200)
  await shop.holds(18)

  // Stopped while nobody is there to take what has happened.
  await shop.down()
  await happen(4)
  await eventually('it waits', 20, async () => listener.err().split('Nothing answers').length > 2)
  const stopped = await listener.end()
  assert.equal(stopped.status, 0, stopped.err)
  await shop.up()
  await happen(3)

  const resumed = listen('--resume')
  await shop.holds(25)
  await happen(5)
  await shop.holds(30)
  const ended = await resumed.end('SIGTERM')
  assert.equal(ended.status, 0, ended.err)

  assert.deepEqual(shop.sequences(), upTo(30))
  const log = await skiro.events.since(0).autoPagingToArray({ limit: 1000 })
  assert.deepEqual(
    shop.got.map(({ event }) => event),
    log,
  )
  const printed = [
    ...listener.lines<{ event: SkiroEvent; status: number }>(),
    ...resumed.lines<{ event: SkiroEvent; status: number }>(),
  ]
  assert.deepEqual(
    printed.map(({ event, status }) => [event.sequence, status]),
    upTo(30).map((n) => [n, 200]),
  )
  assert.ok(!`${stopped.err}${ended.err}`.includes(merchant.api_key))

  // The control: a poller that asks for what is newer than the last it saw. Its page is full before it comes back.
  const [first] = log
  const page = await skiro.events.list({ limit: 10 })
  const heard = page.data
    .filter(({ created_at }) => created_at >= (first?.created_at ?? ''))
    .map(({ sequence }) => sequence)
  assert.notDeepEqual(
    heard.toReversed(),
    upTo(30),
    'a poller by time hears of everything too: the test shows nothing',
  )
})

test('after kill -9 it goes on with no gap; what was under way may come twice, under the same id', async () => {
  await happen(1)
  const listener = listen('--after', '0')
  await shop.holds(1)
  const made = happen(40)
  await shop.holds(10)
  await listener.end('SIGKILL')
  const resumed = listen('--resume')
  await made
  await eventually('the last event', 40, async () => shop.sequences().includes(41))
  await resumed.end()
  assert.deepEqual([...new Set(shop.sequences())], upTo(41))
  assert.ok(shop.got.length <= 42, 'more than the one under way came twice')
})

test('it begins now, says what it passes over, and can begin anywhere', async () => {
  await happen(2)
  const first = listen()
  await first.says('Ready.')
  await happen(1)
  await shop.holds(1)
  await first.end()
  await happen(3)
  const second = listen()
  await second.says('3 events happened since you last listened here')
  await second.says('Ready.')
  await happen(1)
  await shop.holds(2)
  await second.end()
  assert.deepEqual(shop.sequences(), [3, 7])
  const third = listen('--after', '4')
  await shop.holds(5)
  await third.end()
  assert.deepEqual(shop.sequences(), [3, 7, 5, 6, 7])
})

test('the secret stays the same, fits, and is for its owner only; types are filtered, mistyped ones refused', async () => {
  const first = listen('--events', 'checkout.completed')
  await first.says('Ready.')
  await happen(2)
  const session = await createSession(world, merchant)
  await skiro.testHelpers.pay(session, { card: 'visa' })
  await shop.holds(1)
  const secret = secretOf((await first.end()).err)
  const second = listen()
  await second.says('Ready.')
  assert.equal(secretOf((await second.end()).err), secret)
  const [only] = shop.got
  assert.ok(only)
  assert.equal(only.event.type, 'checkout.completed')
  assert.deepEqual(webhooks.constructEvent(only.raw, only.signature, secret), only.event)
  assert.throws(() => webhooks.constructEvent(only.raw, only.signature, merchant.webhook_secret))

  const folder = join(t.home, '.local/state/skiro/listen')
  for (const name of await readdir(folder)) {
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600)
    assert.ok(!(await readFile(join(folder, name), 'utf8')).includes(merchant.api_key))
  }
  const typo = await t.skiro(['listen', '--forward-to', shop.url, '--events', 'checkout.payed'])
  assert.deepEqual([typo.status, typo.out], [4, ''])
})

test('an answer that is an error is shown and not repeated', async () => {
  const listener = listen()
  await listener.says('Ready.')
  shop.answer(500)
  await happen(2)
  await eventually('two answers', 20, async () => listener.lines().length === 2)
  await listener.end()
  const statuses = listener.lines<{ status: number }>().map(({ status }) => status)
  assert.deepEqual(statuses, [500, 500])
})

test('what is sent again arrives again, once for each time', async () => {
  await happen(2)
  // Numbered a moment after it happened.
  await eventually('two events', 20, async () => (await skiro.events.since(0)).data.length === 2)
  const [first, second] = (await skiro.events.since(0)).data
  assert.ok(first && second)
  await skiro.events.resend(first.id)
  const listener = listen()
  await listener.says('Ready.')
  await skiro.events.resend(second.id)
  await happen(1)
  await shop.holds(2)
  await listener.end()
  await skiro.events.resend(first.id)
  const resumed = listen('--resume')
  await shop.holds(3)
  await resumed.end()
  assert.deepEqual(
    shop
      .sequences()
      .slice(0, 2)
      .toSorted((a, b) => a - b),
    [2, 3],
  )
  assert.deepEqual(shop.sequences().slice(2), [1])
})

test('logs tail shows the past, then what happens, through a restart of the gateway; resend sends a range', async () => {
  await happen(4)
  const past = await t.skiro(['logs', 'tail', '-n', '2', '--no-follow', '--no-deliveries', '--json'])
  assert.deepEqual([past.status, past.out.split('\n').length], [0, 3])
  const tail = t.start(['logs', 'tail', '--json', '--lines', '1', '--interval', '0.1'])
  type Line = SkiroEvent | WebhookDelivery
  const told = () => tail.lines<Line>()
  const events = () => told().filter((line) => line.object === 'event')
  const tries = () => told().filter((line) => line.object === 'webhook_delivery')
  await eventually('the past', 20, async () => events().length === 1 && tries().length === 1)
  await gateway.kill()
  gateway = await world.startGateway()
  await happen(2)
  await eventually('what happened', 40, async () => events().length === 3 && tries().length >= 3)
  const { status } = await tail.end()
  assert.equal(status, 0)
  assert.deepEqual(
    events().map(({ sequence }) => sequence),
    [4, 5, 6],
  )
  const tried = tries().map(({ event_id }) => event_id)
  for (const { id } of events().slice(1)) assert.ok(tried.includes(id))
  assert.equal(new Set(tries().map(({ id }) => id)).size, tries().length)

  const before = world.receiver.received.length
  const again = await t.skiro(['events', 'resend', '--from-sequence', '2', '--to-sequence', '4', '--json'])
  assert.equal(again.status, 0, again.err)
  await eventually('three more deliveries', 20, async () => {
    const later = world.receiver.received.slice(before).map(({ event }) => event.sequence)
    return [2, 3, 4].every((sequence) => later.includes(sequence))
  })
  const listed = await t.skiro(['events', 'list', '--after', '4', '--json'])
  const { data } = JSON.parse(listed.out) as { data: SkiroEvent[] }
  assert.deepEqual(
    data.map(({ sequence }) => sequence),
    [5, 6],
  )
  const one = await t.skiro(['events', 'get', String(data[0]?.id), '--json'])
  assert.deepEqual(JSON.parse(one.out), data[0])
})
