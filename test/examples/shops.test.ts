/** Each example sells something: a real session, a card, the real webhooks, crypto on the chain. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { webhooks } from 'skiro'
import { lossyProxy } from '../sdk/lossyProxy.ts'
import { newProject, type Project } from '../sdk/project.ts'
import { sessionOf } from '../support/outcome.ts'
import { api, cardToken, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, startWorld, type World } from '../support/world.ts'
import { COMMANDS, copyExample, EXAMPLES, type Shop, startShop } from './shop.ts'

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

type Bought = { session: string; order: string }

/** Presses the button, as a browser does. */
async function buy(shop: Shop, merchant: Merchant): Promise<Bought> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${shop.url}/buy`, { method: 'POST', redirect: 'manual', headers, body: '' })
  assert.equal(answer.status, 303, await answer.text())
  const location = answer.headers.get('location') ?? ''
  assert.ok(location.startsWith(`${world.api_url}/cs_`), location)
  const session = location.slice(world.api_url.length + 1)
  const { amount, currency, metadata, redirect_url, description } = await sessionOf(world, merchant, session)
  assert.deepEqual([amount, currency], [49.99, 'USD'])
  const order = metadata['order_id'] ?? ''
  assert.deepEqual([redirect_url, description], [`${shop.url}/orders/${order}`, `Lamp · ${order}`])
  return { session, order }
}

async function orderPage(shop: Shop, order: string): Promise<string> {
  const answer = await fetch(`${shop.url}/orders/${order}`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  return await answer.text()
}

/** Posts a webhook by hand. Returns the status of the answer. */
async function post(shop: Shop, event: object, secret: string): Promise<number> {
  const payload = JSON.stringify(event)
  return await postSigned(shop, payload, webhooks.generateTestHeader({ payload, secret }))
}

async function postSigned(shop: Shop, body: string, signature: string | null): Promise<number> {
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' })
  if (signature !== null) headers.set('x-skiro-signature', signature)
  return (await fetch(`${shop.url}/webhooks/skiro`, { method: 'POST', headers, body })).status
}

const completedEvent = (id: string, order_id: string, amount = 49.99) => ({
  id,
  type: 'checkout.completed',
  data: { id: 'txn_1', amount, currency: 'USD', metadata: { order_id } },
})

const shipments = (shop: Shop, order: string) => shop.printed().split(`ship ${order}`).length - 1

for (const name of Object.keys(COMMANDS)) {
  describe(`examples/${name}`, () => {
    let project: Project
    let merchant: Merchant
    let shop: Shop
    const settings = (change: Record<string, string> = {}) => ({
      SKIRO_API_URL: world.api_url,
      SKIRO_API_KEY: merchant.api_key,
      SKIRO_WEBHOOK_SECRET: merchant.webhook_secret,
      ...change,
    })
    before(async () => {
      project = await copyExample(name)
      merchant = await world.createMerchant()
      shop = await startShop(name, project, settings())
    })
    after(async () => {
      await shop?.stop()
      await project?.remove()
    })

    it('sells: session, card, webhook, order paid, crypto sent', async () => {
      assert.match(await (await fetch(shop.url)).text(), /<button>Buy<\/button>/)
      const { session, order } = await buy(shop, merchant)
      assert.match(await orderPage(shop, order), /Waiting for the payment/)
      await pay(world, session, await cardToken(world, session))
      await eventually('the order paid', 30, async () => (await orderPage(shop, order)).includes('Paid.'))
      const page = await eventually('the order paid out', 60, async () => {
        const text = await orderPage(shop, order)
        return /0x[0-9a-f]{64}/.test(text) && text
      })
      assert.doesNotMatch(page, /refresh/)
      assert.equal(shipments(shop, order), 1)
      // The session's own URL stands in for the merchant's.
      assert.deepEqual(
        world.receiver.received.filter(({ event }) => event.data['checkout_session_id'] === session),
        [],
      )
    })

    it('counts an event once, also after a restart', async () => {
      const { order } = await buy(shop, merchant)
      const event = completedEvent(`evt_${order}`, order)
      assert.equal(await post(shop, event, merchant.webhook_secret), 200)
      assert.match(await orderPage(shop, order), /on its way/)
      assert.equal(await post(shop, event, merchant.webhook_secret), 200)
      assert.equal(shipments(shop, order), 1)
      await shop.stop()
      shop = await startShop(name, project, settings())
      assert.equal(await post(shop, event, merchant.webhook_secret), 200)
      assert.equal(shipments(shop, order), 0)
      assert.match(await orderPage(shop, order), /on its way/)
    })

    it('believes no webhook that is forged, and no other amount', async () => {
      const { order } = await buy(shop, merchant)
      assert.equal(await post(shop, completedEvent('evt_forged', order), 'whsec_of_somebody'), 400)
      assert.equal(await post(shop, completedEvent('evt_cheap', order, 0.5), merchant.webhook_secret), 200)
      const payload = JSON.stringify(completedEvent('evt_unsigned', order))
      const old = { payload, secret: merchant.webhook_secret, timestamp: Math.floor(Date.now() / 1000) - 301 }
      for (const signature of [null, '', 't=1', webhooks.generateTestHeader(old)])
        assert.equal(await postSigned(shop, payload, signature), 400, String(signature))
      assert.match(await orderPage(shop, order), /Waiting for the payment/)
      assert.equal(shipments(shop, order), 0)
    })

    it('believes either secret while two of them sign', async () => {
      const { order } = await buy(shop, merchant)
      const payload = JSON.stringify(completedEvent('evt_rotated', order))
      const timestamp = Math.floor(Date.now() / 1000)
      const signed = (secret: string) => webhooks.generateTestHeader({ payload, secret, timestamp })
      const second = signed(merchant.webhook_secret).split(',')[1]
      assert.equal(await postSigned(shop, payload, `${signed('whsec_next')},${second}`), 200)
      assert.equal(shipments(shop, order), 1)
    })

    it('makes one session when the answer is lost on its way', async () => {
      let requests = 0
      const proxy = await lossyProxy(world.api_url, () => (requests++ === 0 ? 'lost_after' : 'passed'))
      const through = await startShop(name, project, settings({ SKIRO_API_URL: proxy.url }))
      try {
        const { order } = await buy(through, merchant)
        assert.equal(requests, 2)
        const path = `/v1/checkout?metadata[order_id]=${order}`
        const { body } = await api(world, merchant, 'GET', path)
        assert.equal((body as unknown as { data: object[] }).data.length, 1)
      } finally {
        await through.stop()
        await proxy.close()
      }
    })

    it('says that there is no such order', async () => {
      assert.equal((await fetch(`${shop.url}/orders/none`)).status, 404)
    })

    it('says so when Skiro refuses, and does not show why', async () => {
      const refused = await startShop(name, project, settings({ SKIRO_API_KEY: `${merchant.api_key}x` }))
      try {
        const answer = await fetch(`${refused.url}/buy`, { method: 'POST', redirect: 'manual' })
        assert.equal(answer.status, 502)
        const text = await answer.text()
        assert.match(text, /could not be started/)
        assert.doesNotMatch(text, /key/)
        assert.match(refused.printed(), /invalid_api_key.*\breq_/)
      } finally {
        await refused.stop()
      }
    })
  })
}

describe('the examples', () => {
  it('get their settings from a sandbox that runs', async () => {
    const repository = await newProject()
    try {
      await repository.write({
        'examples/sandboxEnv.mjs': await readFile(join(EXAMPLES, 'sandboxEnv.mjs'), 'utf8'),
      })
      const none = await repository.run(process.execPath, ['examples/sandboxEnv.mjs'])
      assert.deepEqual(none, { status: 1, out: '' })
      const facts = { api_url: 'http://127.0.0.1:1', test_api_key: 'sk_test_1', webhook_secret: 'whsec_1' }
      await repository.write({ '.skiro/sandbox.json': facts })
      const { status, out } = await repository.run(process.execPath, ['examples/sandboxEnv.mjs'])
      assert.equal(status, 0)
      assert.deepEqual(parseEnv(out), {
        SKIRO_API_URL: facts.api_url,
        SKIRO_API_KEY: facts.test_api_key,
        SKIRO_WEBHOOK_SECRET: facts.webhook_secret,
        SHOP_URL: 'http://127.0.0.1:3000',
        PORT: '3000',
      })
    } finally {
      await repository.remove()
    }
  })

  it('are all tested', async () => {
    const folders = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    assert.deepEqual(folders.map(({ name }) => name).toSorted(), Object.keys(COMMANDS).toSorted())
  })

  it('have the same files where they do the same', async () => {
    const text = (path: string) => readFile(join(EXAMPLES, path), 'utf8')
    for (const [file, homes] of [
      ['orders.ts', ['fastify', 'fetch', 'nextjs/lib']],
      ['pages.ts', ['fastify', 'fetch', 'nextjs/lib']],
      ['shop.ts', ['fastify', 'nextjs/lib']],
    ] as const)
      for (const home of homes)
        assert.equal(await text(`${home}/${file}`), await text(`express/${file}`), `${home}/${file}`)
  })
})
