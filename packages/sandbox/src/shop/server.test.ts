import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type SkiroEvent, webhooks } from 'skiro'
import { exampleEvent, exampleExpiredSession, examplePayout, exampleTransaction } from './exampleEvents.ts'
import type { OrderFields } from './order.ts'
import { OrderBook } from './orderBook.ts'
import { startShop } from './server.ts'

const SECRET = 'whsec_shop_test'

function order(id: string): OrderFields {
  return {
    id,
    product: 'lamp',
    amount: '49.99',
    currency: 'EUR',
    payout_currency: 'USDT',
    session_id: `cs_of_${id}`,
    session_url: `http://pay.test/cs_of_${id}?a=1&b="2"`,
    created_at: '2026-05-29T14:32:00Z',
  }
}

/** A shop whose journal already holds the orders: making new ones needs a gateway. */
async function openShop(t: TestContext, order_ids: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-shop-'))
  t.after(() => rm(folder, { recursive: true }))
  const database_file = join(folder, 'orders.jsonl')
  const book = await OrderBook.open(database_file)
  for (const id of order_ids) await book.add(order(id))
  await book.close()
  const options = {
    host: '127.0.0.1',
    port: 0,
    api_url: 'http://127.0.0.1:1',
    api_key: 'sk_test_shop',
    webhook_secret: SECRET,
    database_file,
  }
  const start = async () => {
    const shop = await startShop(options)
    t.after(() => shop.close())
    return shop
  }
  return { ...(await start()), database_file, start }
}

function deliver(url: string, event: SkiroEvent, secret = SECRET) {
  const payload = JSON.stringify(event)
  return deliverRaw(url, payload, webhooks.generateTestHeader({ payload, secret }))
}

function deliverRaw(url: string, body: string, header: string) {
  const headers = { 'content-type': 'application/json', 'x-skiro-signature': header }
  return fetch(`${url}/webhooks/skiro`, { method: 'POST', headers, body })
}

type OrderJson = {
  status: string
  session_id: string
  transaction: { id: string } | null
  payout: { tx_hash: string } | null
  failed_attempts: unknown[]
  events: { id: string; type: string; sequence: number; raw_body: string; signature_header: string }[]
}

async function orderJson(url: string, id: string): Promise<OrderJson> {
  const answer = await fetch(`${url}/api/orders/${id}`)
  assert.equal(answer.status, 200)
  return (await answer.json()) as OrderJson
}

async function page(url: string): Promise<{ status: number; text: string; csp: string }> {
  const answer = await fetch(url)
  const csp = answer.headers.get('content-security-policy') ?? ''
  return { status: answer.status, text: await answer.text(), csp }
}

describe('pages', { concurrency: true }, () => {
  it('sells three products with a form that needs no script', async (t) => {
    const { url } = await openShop(t)
    const { status, text } = await page(url)
    assert.equal(status, 200)
    assert.match(text, /This is a demo; use card <code>4242 4242 4242 4242<\/code>/)
    assert.deepEqual(
      [...text.matchAll(/<button name="product" value="(\w+)"/g)].map(([, id]) => id),
      ['lamp', 'notebook', 'headphones'],
    )
    assert.match(text, /<form method="post" action="\/buy">/)
    assert.match(text, /\$49\.99/)
    assert.match(text, /name="payout_currency" value="USDT"/)
    assert.doesNotMatch(text, /<script/)
  })

  it('lets testers choose the currencies', async (t) => {
    const { url } = await openShop(t)
    const { text } = await page(`${url}/?payout_currency=BTC&currency=EUR`)
    assert.match(text, /name="payout_currency" value="BTC"/)
    assert.match(text, /name="currency" value="EUR"/)
    assert.match(text, /€49\.99/)
    for (const query of ['currency=JPY', 'payout_currency=DOGE', 'currency="><script>alert(1)</script>']) {
      const refused = await page(`${url}/?${query}`)
      assert.equal(refused.status, 400)
      assert.doesNotMatch(refused.text, /alert/)
    }
  })

  it('sends a strict policy with a new nonce each time', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const address = `${url}/orders/ORD-1`
    const [first, second] = [await page(address), await page(address)]
    assert.match(first.csp, /default-src 'none'; style-src 'self'; script-src 'nonce-[\w+/=]{24}'/)
    assert.doesNotMatch(first.csp, /unsafe/)
    assert.notEqual(first.csp, second.csp)
    const nonce = /nonce-([\w+/=]{24})/.exec(first.csp)?.[1]
    const tags = [...first.text.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag)
    assert.deepEqual(tags, [`<script nonce="${nonce}">`])
    assert.doesNotMatch(first.text, / style=| on\w+=/)
    const style = await fetch(`${url}/style.css`)
    assert.equal(style.headers.get('content-type'), 'text/css; charset=utf-8')
  })

  it('shows an order that waits, with a way to pay it', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const { text } = await page(`${url}/orders/ORD-1?session_id=cs_of_ORD-1`)
    assert.match(text, /data-status="awaiting_payment" data-final="false"/)
    assert.match(text, /href="http:\/\/pay\.test\/cs_of_ORD-1\?a=1&amp;b=&quot;2&quot;"/)
    assert.match(text, /Desk lamp · <span class="price">€49\.99/)
    assert.match(text, /<noscript><meta http-equiv="refresh"/)
  })

  it('answers 404 for what is not there', async (t) => {
    const { url } = await openShop(t)
    assert.equal((await page(`${url}/orders/ORD-9`)).status, 404)
    assert.equal((await page(`${url}/api/orders/ORD-9`)).status, 404)
    assert.equal((await page(`${url}/nothing`)).status, 404)
  })

  it('refuses a purchase of nothing it sells', async (t) => {
    const { url } = await openShop(t)
    for (const form of ['', 'product=car', 'product=lamp&currency=JPY']) {
      const answer = await fetch(`${url}/buy`, { method: 'POST', body: new URLSearchParams(form) })
      assert.equal(answer.status, 400, form)
    }
  })

  it('says so when the gateway cannot be reached, and stores no order', async (t) => {
    const { url, database_file } = await openShop(t)
    const answer = await fetch(`${url}/buy`, { method: 'POST', body: new URLSearchParams('product=lamp') })
    assert.equal(answer.status, 502)
    assert.match(await answer.text(), /could not be started.*connection_failed/s)
    assert.equal(await readFile(database_file, 'utf8'), '')
  })
})

describe('webhooks', { concurrency: true }, () => {
  const paid = exampleEvent(2, 'checkout.completed', exampleTransaction('ORD-1'))
  const sent = exampleEvent(3, 'payout.sent', examplePayout('ORD-1'))
  const done = exampleEvent(4, 'payout.completed', examplePayout('ORD-1', { status: 'completed' }))

  it('move an order from waiting to paid out, each shown on its page', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const seen = [(await orderJson(url, 'ORD-1')).status]
    for (const event of [paid, sent, done]) {
      assert.equal((await deliver(url, event)).status, 200)
      seen.push((await orderJson(url, 'ORD-1')).status)
    }
    assert.deepEqual(seen, ['awaiting_payment', 'paid', 'payout_sent', 'payout_completed'])
    const { text } = await page(`${url}/orders/ORD-1`)
    assert.match(text, /data-status="payout_completed" data-final="true"/)
    for (const shown of ['txn_1', 'visa ending 4242', '0xabc1', '42.49 USDT', 'evt_4']) {
      assert.ok(text.includes(shown), shown)
    }
  })

  it('are kept byte for byte, so that plain node:crypto verifies them', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const body = JSON.stringify(paid, null, 3).replace('"visa"', '"v\\u0069sa – ü"')
    const header = webhooks.generateTestHeader({ payload: body, secret: SECRET })
    assert.equal((await deliverRaw(url, body, header)).status, 200)
    const [kept] = (await orderJson(url, 'ORD-1')).events
    assert.equal(kept?.raw_body, body)
    const [, time, hex] = /^t=(\d+),v1=(\w+)$/.exec(kept.signature_header) ?? []
    assert.equal(createHmac('sha256', SECRET).update(`${time}.${kept.raw_body}`).digest('hex'), hex)
  })

  it('count once, however often and however fast they come', async (t) => {
    const { url, database_file } = await openShop(t, ['ORD-1'])
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(url, paid)))
    assert.ok(answers.every(({ status }) => status === 200))
    assert.equal((await orderJson(url, 'ORD-1')).events.length, 1)
    assert.equal(
      (await readFile(database_file, 'utf8')).match(/evt_2/g)?.length,
      2,
      'id and raw body of one line',
    )
  })

  it('may arrive in any order', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    for (const event of [done, paid, sent]) await deliver(url, event)
    const { status, events } = await orderJson(url, 'ORD-1')
    assert.equal(status, 'payout_completed')
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      [4, 2, 3],
    )
  })

  it('with a wrong signature, none, or a changed body change nothing', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const payload = JSON.stringify(paid)
    const header = webhooks.generateTestHeader({ payload, secret: SECRET })
    const stale = webhooks.generateTestHeader({ payload, secret: SECRET, timestamp: 1_600_000_000 })
    const refused = [
      await deliver(url, paid, 'whsec_other'),
      await deliverRaw(url, payload, ''),
      await deliverRaw(url, payload, stale),
      await deliverRaw(url, payload.replace('49.99', '0.01'), header),
    ]
    const codes = await Promise.all(
      refused.map(async (answer) => ((await answer.json()) as { error: string }).error),
    )
    assert.deepEqual(codes, [
      'signature_mismatch',
      'header_missing',
      'timestamp_too_old',
      'signature_mismatch',
    ])
    assert.ok(refused.every(({ status }) => status === 400))
    const { status, events } = await orderJson(url, 'ORD-1')
    assert.deepEqual([status, events], ['awaiting_payment', []])
  })

  it('about other orders are accepted and left alone', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const elsewhere = exampleTransaction('ORD-1', { checkout_session_id: 'cs_of_another_program' })
    const strangers = [
      exampleEvent(5, 'checkout.completed', exampleTransaction('ORD-77')),
      exampleEvent(6, 'checkout.completed', elsewhere),
      exampleEvent(7, 'checkout.completed', exampleTransaction('ORD-1', { metadata: {} })),
      exampleEvent(8, 'merchant.updated', { id: 'mer_1', object: 'merchant', livemode: false }),
    ]
    for (const event of strangers) assert.equal((await deliver(url, event)).status, 200)
    assert.equal((await orderJson(url, 'ORD-1')).status, 'awaiting_payment')
  })

  it('tell of failed attempts and of expiry, escaped', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const failed = { id: 'txn_0', status: 'failed', failure_message: '<img src=x onerror=alert(1)>' } as const
    await deliver(url, exampleEvent(1, 'checkout.failed', exampleTransaction('ORD-1', failed)))
    assert.equal((await orderJson(url, 'ORD-1')).status, 'awaiting_payment')
    await deliver(url, exampleEvent(2, 'checkout.expired', exampleExpiredSession('ORD-1')))
    const { status, failed_attempts } = await orderJson(url, 'ORD-1')
    assert.deepEqual([status, failed_attempts.length], ['expired', 1])
    const { text } = await page(`${url}/orders/ORD-1`)
    assert.ok(text.includes('A payment attempt failed: &lt;img src=x onerror=alert(1)&gt;'))
    assert.ok(!text.includes('<img'))
  })
})

describe('journal', () => {
  it('brings orders and events back after a restart, and a torn last line does no harm', async (t) => {
    const shop = await openShop(t, ['ORD-1', 'ORD-2'])
    await deliver(shop.url, exampleEvent(2, 'checkout.completed', exampleTransaction('ORD-1')))
    const before = await orderJson(shop.url, 'ORD-1')
    await shop.close()
    await appendFile(shop.database_file, '{"order_id":"ORD-1","event":{"id":"evt_')
    const again = await shop.start()
    assert.deepEqual(await orderJson(again.url, 'ORD-1'), before)
    await deliver(again.url, exampleEvent(2, 'checkout.completed', exampleTransaction('ORD-1')))
    await deliver(again.url, exampleEvent(3, 'payout.sent', examplePayout('ORD-1')))
    await again.close()
    const third = await shop.start()
    const after = await orderJson(third.url, 'ORD-1')
    assert.equal(after.status, 'payout_sent')
    assert.deepEqual(
      after.events.map(({ id }) => id),
      ['evt_2', 'evt_3'],
    )
    assert.equal((await orderJson(third.url, 'ORD-2')).status, 'awaiting_payment')
  })

  it('is not needed', async (t) => {
    const shop = await startShop({
      host: '127.0.0.1',
      port: 0,
      api_url: 'http://127.0.0.1:1',
      api_key: 'sk_test_shop',
      webhook_secret: SECRET,
      database_file: null,
    })
    t.after(() => shop.close())
    assert.equal((await fetch(shop.url)).status, 200)
    assert.match(shop.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  })
})
