/** The demo shop and the real gateway: killed, in an outage, disabled, with a new secret. Each order ends paid, once. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Skiro, type WebhookEndpoint, webhooks } from 'skiro'
import { exampleEvent, exampleTransaction } from '../../packages/sandbox/src/shop/exampleEvents.ts'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { deliverRaw, orderJson, page } from '../../packages/sandbox/src/shop/testShop.ts'
import { eventually } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'
import { COMPILED } from '../support/compiled.ts'

const PROGRAM = new URL('../support/shopProcess.ts', import.meta.url).pathname

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
})
after(async () => {
  await shop?.kill()
  await gateway?.stop()
  await world?.stop()
})

let merchant: Merchant
let skiro: Skiro
let endpoint: WebhookEndpoint
let shop: Awaited<ReturnType<typeof newShop>>
beforeEach(async () => {
  await shop?.kill()
  merchant = await world.createMerchant()
  skiro = new Skiro(merchant.api_key, { baseUrl: world.api_url })
  shop = await newShop()
  const [made] = (await skiro.webhooks.list()).data
  assert.ok(made)
  endpoint = await skiro.webhooks.update(made.id, { url: `${shop.url}/webhooks/skiro` })
  await shop.start()
})

/** A shop of the merchant's, with an address and a journal that outlive its process. */
async function newShop() {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const database_file = join(world.folder, `${merchant.merchant_id}.jsonl`)
  let child: ChildProcess | null = null
  return {
    url,
    database_file,
    async start(catch_up_ms = 600_000) {
      const { api_key, webhook_secret } = merchant
      const options = { host: '127.0.0.1', port, api_url: world.api_url, api_key, webhook_secret }
      child = spawn(process.execPath, ['--conditions=source', PROGRAM], {
        env: {
          PATH: process.env.PATH,
          ...COMPILED,
          SHOP_OPTIONS: JSON.stringify({ ...options, database_file, catch_up_ms }),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      assert.ok(child.stdout)
      await once(child.stdout, 'data')
    },
    async kill() {
      if (child === null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      child = null
    },
    post: async (path: string, form = '') => {
      const answer = await fetch(url + path, {
        method: 'POST',
        body: new URLSearchParams(form),
        redirect: 'manual',
      })
      assert.ok(answer.status === 303, `${path}: ${answer.status} ${await answer.text()}`)
      return answer
    },
    journal: async () => (await readFile(database_file, 'utf8')).trimEnd().split('\n'),
  }
}

/** Buys in the shop: the session that is to be paid, and the order. */
async function buy(form = ''): Promise<{ session: string; order: string }> {
  const answer = await shop.post('/buy', `product=lamp&${form}`)
  const session = new URL(answer.headers.get('location') ?? '').pathname.slice(1)
  const { metadata, description } = await skiro.checkout.retrieve(session)
  assert.equal(description, `Desk lamp · ${metadata.order_id}`)
  return { session, order: String(metadata.order_id) }
}

const paymentsOf = async (order: string) =>
  (await orderJson(shop.url, order)).events.filter(({ type }) => type === 'checkout.completed')

/** Waits until the shop knows that the order is paid, and gives the event. */
async function paid(order: string) {
  await eventually(`${order} is paid`, 20, async () => (await paymentsOf(order)).length > 0)
  const [event, ...more] = await paymentsOf(order)
  assert.ok(event)
  assert.equal(more.length, 0)
  assert.notEqual((await orderJson(shop.url, order)).status, 'awaiting_payment')
  return event
}

/** Waits until the page says it. */
const says = (words: RegExp, path = '/webhooks') =>
  eventually(`${words} at ${path}`, 20, async () => words.test((await page(shop.url + path)).text))

test('killed, paid, started: the order is paid, without a webhook; the event that comes later is a duplicate', async () => {
  const { session, order } = await buy()
  await shop.kill()
  // No webhook can help, now or later.
  await skiro.webhooks.update(endpoint.id, { status: 'disabled' })
  await skiro.testHelpers.pay(session, { card: 'visa' })
  await eventually(
    'the event',
    10,
    async () => (await skiro.events.list({ type: 'checkout.completed' })).data[0],
  )

  await shop.start()
  const pulled = await paid(order)
  assert.deepEqual([pulled.via, pulled.signature_header, pulled.duplicates], ['pull', null, 0])

  await skiro.webhooks.update(endpoint.id, { status: 'enabled' })
  const answer = await shop.post(`/orders/${order}/events/${pulled.id}/resend`)
  assert.equal(answer.headers.get('location'), `/orders/${order}#${pulled.id}`)
  await eventually('the duplicate', 20, async () => (await paid(order)).duplicates === 1)
  await says(/Fetched from the API.*It came again once.*200: accepted/s, `/orders/${order}`)

  await shop.kill()
  const lines = await shop.journal()
  assert.equal(lines.filter((line) => line.includes(pulled.id)).length, 1)
  assert.ok(
    lines.some((line) => /^\{"cursor":[1-9]/.test(line)),
    'the place is written down',
  )
  await shop.start()
  assert.equal((await paid(order)).via, 'pull')
})

test('an outage: refused with a diagnosis, noted as missed, pulled, then sent again and accepted', async () => {
  await shop.post('/webhooks/answer', 'status=503')
  const { session, order } = await buy('webhook=session')
  await skiro.testHelpers.pay(session, { card: 'visa' })
  await shop.post('/webhooks/test')
  await says(/503: your server is not available\..*evt_/s)
  await says(/Failing since/)
  await says(/Not accepted yet: [2-9].*checkout\.completed/s)
  assert.equal((await orderJson(shop.url, order)).status, 'awaiting_payment')

  // Still refusing, so that no retry is quicker.
  await shop.post('/webhooks/fetch')
  await says(/[1-9] events? (?:was|were) news/)
  assert.equal((await paid(order)).via, 'pull')

  await shop.post('/webhooks/answer', 'status=200')
  await shop.post('/webhooks/resend')
  await eventually('all accepted', 20, async () => {
    const { pagination } = await skiro.events.list({ unacknowledged_by: endpoint.id })
    return pagination.total === 0
  })
  await says(/The shop has accepted every event/)
  assert.equal((await skiro.webhooks.retrieve(endpoint.id)).failing_since, null)
  await eventually('the duplicate', 20, async () => (await paid(order)).duplicates > 0)
  // The tries say where the gateway posted: to the URL that the session brought.
  await says(
    new RegExp(`503: your server.*/webhooks/skiro\\?order=${order}.*200: accepted`, 's'),
    `/orders/${order}`,
  )
})

test('what webhooks do not bring is looked for again and again', async () => {
  const { session, order } = await buy()
  await shop.kill()
  await shop.start(200)
  await skiro.webhooks.update(endpoint.id, { status: 'disabled' })
  await skiro.testHelpers.pay(session, { card: 'visa' })
  assert.equal((await paid(order)).via, 'pull')
})

test('a new secret: both are good while both are live, and after a restart too', async () => {
  const old = merchant.webhook_secret
  await shop.post('/webhooks/rotate')
  await says(/Old secret/)
  const { session, order } = await buy()
  await skiro.testHelpers.pay(session, { card: 'visa' })
  const { via, raw_body, signature_header } = await paid(order)
  assert.equal(via, 'webhook')
  assert.equal(signature_header?.match(/v1=/g)?.length, 2)
  webhooks.verify(raw_body, signature_header, old)

  await shop.kill()
  await shop.start()
  const rotation = (await shop.journal()).find((line) => line.startsWith('{"rotation"')) ?? ''
  const { secret } = (JSON.parse(rotation) as { rotation: { secret: string } }).rotation
  assert.notEqual(secret, old)
  const payload = JSON.stringify(exampleEvent(99, 'checkout.completed', exampleTransaction('ORD-0')))
  const statuses = [secret, old, 'whsec_other'].map(async (one) => {
    const header = webhooks.generateTestHeader({ payload, secret: one })
    return (await deliverRaw(shop.url, payload, header)).status
  })
  assert.deepEqual(await Promise.all(statuses), [200, 200, 400])
})

test('410 disables the endpoint; the second endpoint hears of it, and what was missed comes after enabling', async () => {
  await shop.post('/webhooks/hear')
  await shop.post('/webhooks/answer', 'status=410')
  await shop.post('/webhooks/test')
  await says(/was disabled: it answered 410\..*Z">/s)
  const { data } = await skiro.webhooks.list()
  assert.deepEqual(data.find(({ is_default }) => !is_default)?.events, [
    'webhook.disabled',
    'merchant.updated',
  ])

  // Pressed again it adds no third.
  await shop.post('/webhooks/hear')
  assert.equal((await skiro.webhooks.list()).pagination.total, 2)

  await shop.post('/webhooks/answer', 'status=200')
  const { session, order } = await buy()
  await skiro.testHelpers.pay(session, { card: 'visa' })
  await says(/checkout\.completed/)
  assert.equal((await orderJson(shop.url, order)).status, 'awaiting_payment')
  await shop.post('/webhooks/enable')
  await shop.post('/webhooks/resend')
  assert.equal((await paid(order)).via, 'webhook')
})
