/** Every snippet of docs/guides, run against a real gateway; and that the pages say what is so. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { SignatureVerificationError, Skiro, type WebhookEndpoint, webhooks } from 'skiro'
import { ERROR_TEXTS } from '../../packages/server/src/docs/errors/texts.ts'
import { type ErrorCode, ERRORS } from '../../packages/server/src/lib/errors.ts'
import { environment } from '../../packages/server/src/settings.ts'
import { startGateway } from '../sdk/gateway.ts'
import { sourceProject } from '../sdk/project.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, startWorld, type World } from '../support/world.ts'
import { type Guide, pagePath, testGuide } from './guide.ts'
import { webhooksPage } from './webhooksPage.ts'

const SHOP = 'https://shop.example.com'

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

/** A merchant of its own for a page, what an operator's shell has, and the files that a sandbox leaves. */
async function open(change: Partial<Guide> = {}): Promise<Guide & { merchant: Merchant }> {
  const merchant = await world.createMerchant()
  const project = await sourceProject()
  const facts = { api_url: world.api_url, test_api_key: merchant.api_key }
  await project.write({ '.skiro/sandbox.json': facts })
  const env = {
    ...(Object.fromEntries(Object.entries(world.env).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >),
    SKIRO_API_URL: world.api_url,
    SKIRO_API_KEY: merchant.api_key,
  }
  return { project, env, merchant, ...change }
}

type Delivery = { body: Buffer; header: string }

/** A merchant's server that takes what verifies with its secret. */
async function shopServer(secret: () => string) {
  const taken: Delivery[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const header = String(request.headers['x-skiro-signature'])
      try {
        webhooks.verify(body, header, secret())
        taken.push({ body, header })
        response.writeHead(200).end()
      } catch (error) {
        if (!(error instanceof SignatureVerificationError)) throw error
        response.writeHead(400).end(error.message)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

describe('README.md', () => {
  const { close } = testGuide('../../README.md', () => open())
  after(close)
})

describe('docs/guides/README.md', () => {
  const { close } = testGuide('README.md', () => open())
  after(close)
})

describe('docs/guides/idempotency.md', () => {
  const { close } = testGuide('idempotency.md', () => open())
  after(close)
})

describe('docs/guides/errors.md', () => {
  const { close } = testGuide('errors.md', () => open())
  after(close)

  it('has every code with its status, and says when to send again as /docs does', () => {
    const rows = [
      ...readFileSync(pagePath('errors.md'), 'utf8').matchAll(/^\| (\d+) \| `(\w+)` \| (\w+) \|/gm),
    ]
    const codes = Object.keys(ERRORS) as ErrorCode[]
    assert.deepEqual(
      new Map(rows.map(([, status, code]) => [code, Number(status)])),
      new Map(codes.map((code) => [code, ERRORS[code].status])),
    )
    for (const [, , code, again] of rows)
      assert.equal(again !== 'no', ERROR_TEXTS[code as ErrorCode].retry.helps, code)
  })
})

describe('docs/guides/pagination.md', () => {
  const { close } = testGuide('pagination.md', async () => {
    const guide = await open()
    const skiro = new Skiro(guide.merchant.api_key, { baseUrl: world.api_url })
    for (let i = 1; i <= 7; i++)
      await skiro.checkout.create({
        amount: i,
        currency: 'USD',
        payout_currency: 'USDT',
        metadata: { order_id: `ORD-${i}` },
      })
    return guide
  })
  after(close)
})

describe('docs/guides/rate-limits.md', () => {
  // A limit that the page's loop does meet.
  let limited: Awaited<ReturnType<typeof startGateway>>
  const { close } = testGuide('rate-limits.md', async () => {
    limited = await startGateway({ SKIRO_RATE_LIMIT_KEY: '5/1' })
    return {
      project: await sourceProject(),
      env: { SKIRO_API_URL: limited.url, SKIRO_API_KEY: limited.merchant.api_key },
    }
  })
  after(async () => {
    await close()
    await limited?.close()
  })

  it('tells the defaults', () => {
    const defaults = environment.pick({
      SKIRO_RATE_LIMIT_KEY: true,
      SKIRO_RATE_LIMIT_ADDRESS: true,
      SKIRO_RATE_LIMIT_FAILED_KEYS: true,
    })
    const told = readFileSync(pagePath('rate-limits.md'), 'utf8').matchAll(
      /\| (\d+) in (\d+) s \| `(\w+)` \|/g,
    )
    assert.deepEqual(
      Object.fromEntries(
        [...told].map(([, count, seconds, name]) => [
          name,
          { count: Number(count), seconds: Number(seconds) },
        ]),
      ),
      defaults.parse({}),
    )
  })
})

describe('docs/guides/authentication.md', () => {
  let shop: Awaited<ReturnType<typeof shopServer>>
  const secrets: string[] = []
  const { close } = testGuide('authentication.md', async () => {
    shop = await shopServer(() => secrets.at(-1) ?? '')
    return await open({
      instead: { [SHOP]: shop.url },
      before: {
        // The server has its old secret until the page says that the new one is put in place.
        '/rotate"': async (shell) => {
          secrets.push((await shell.run('echo "$SKIRO_WEBHOOK_SECRET"')).out.trim())
        },
        '/test"': async (shell) => {
          const auth = '-H "Authorization: Bearer $SKIRO_API_KEY"'
          await shell.run(`curl -sS -X POST "$SKIRO_API_URL/v1/webhooks/$ENDPOINT/test" ${auth}`)
          await eventually('the old secret takes it', 20, async () => shop.taken.length === 1)
          secrets.push((await shell.run('echo "$SKIRO_WEBHOOK_SECRET"')).out.trim())
        },
      },
    })
  })
  after(async () => {
    await close()
    await shop?.close()
  })

  it('has brought webhooks that the old and then the new secret verified', async () => {
    await eventually('the new secret takes it', 20, async () => shop.taken.length === 2)
    const [old = '', next = ''] = secrets
    assert.notEqual(old, next)
    for (const { body, header } of shop.taken) {
      assert.match(header, /^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/)
      for (const secret of [old, next]) webhooks.verify(body, header, secret)
    }
  })
})

describe('docs/guides/going-live.md', () => {
  let shop: Awaited<ReturnType<typeof shopServer>>
  let merchant: Merchant
  const { close } = testGuide('going-live.md', async () => {
    shop = await shopServer(() => merchant.webhook_secret)
    const guide = await open({ instead: { [SHOP]: shop.url } })
    merchant = guide.merchant
    const webhook = ['merchant', 'set-webhook', '--merchant', merchant.merchant_id]
    await world.command(...webhook, '--url', `${shop.url}/webhooks/skiro`)
    return guide
  })
  after(async () => {
    await close()
    await shop?.close()
  })

  it('says truly that live sessions are refused and live endpoints are not', async () => {
    const key = ['key', 'create', '--merchant', merchant.merchant_id, '--mode', 'live', '--label', 'live']
    const { key: live } = JSON.parse(await world.command(...key, '--json')) as { key: string }
    const skiro = new Skiro(live, { baseUrl: world.api_url })
    const session = { amount: 20, currency: 'EUR', payout_currency: 'USDT' } as const
    await assert.rejects(skiro.checkout.create(session), { status: 403, code: 'forbidden' })
    assert.equal((await skiro.merchant.retrieve()).livemode, true)
    await assert.rejects(skiro.webhooks.create({ url: 'http://shop.example.com' }), { param: 'url' })
    assert.equal((await skiro.webhooks.create({ url: SHOP })).livemode, true)
  })
})

describe('docs/webhooks.md', () => {
  let shop: Awaited<ReturnType<typeof shopServer>>
  let own_secret = 'whsec_not_yet'
  let endpoint: WebhookEndpoint & { secret: string }
  let skiro: Skiro
  const { close } = testGuide('../webhooks.md', async () => {
    shop = await shopServer(() => own_secret)
    const guide = await open()
    skiro = new Skiro(guide.merchant.api_key, { baseUrl: world.api_url })
    endpoint = await skiro.webhooks.create({ url: shop.url })
    const session = await createSession(world, guide.merchant)
    await pay(world, session, await cardToken(world, session))
    const arrived = await eventually('the payment', 30, async () =>
      world.receiver.received.find(
        ({ event }) => event.type === 'checkout.completed' && event.data['checkout_session_id'] === session,
      ),
    )
    await eventually('a try that failed', 20, async () => {
      const { data } = await skiro.webhooks.deliveries(endpoint.id, { status: 'failed' })
      return data.some(({ event_id }) => event_id === arrived.event.id)
    })
    const { given, guide: page } = webhooksPage(arrived, guide.merchant.webhook_secret, endpoint.id)
    await guide.project.write({ 'given.ts': given })
    return {
      ...guide,
      ...page,
      before: { 'webhooks.resend': async () => void (own_secret = endpoint.secret) },
    }
  })
  after(async () => {
    await close()
    await shop?.close()
  })

  it('leaves nothing that the endpoint has missed', async () => {
    await eventually('nothing is missed any more', 20, async () => {
      for await (const _ of skiro.events.reconcile({ webhook_id: endpoint.id })) return false
      return shop.taken.length > 0
    })
  })
})

it('every guide is tested here, in quickstart.test.ts or in receivers.test.ts', () => {
  const tested = ['guides.test.ts', 'quickstart.test.ts', 'receivers.test.ts'].flatMap((file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    const pages = text.matchAll(/(?:testGuide\('|describe\('docs\/guides\/)([\w-]+\.md)'/g)
    return [...pages].map(([, page]) => page)
  })
  assert.deepEqual(new Set(tested), new Set(globSync('*.md', { cwd: pagePath('.') })))
})
