import assert from 'node:assert/strict'
import { appendFile, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import type { SkiroEvent } from 'skiro'
import { exampleEvent, examplePayout, exampleTransaction } from './exampleEvents.ts'
import { startShop } from './server.ts'
import { deliver, openShop, orderJson, page, SECRET } from './testShop.ts'

describe('pages', { concurrency: true }, () => {
  it('sells three products with a form that needs no script', async (t) => {
    const { url } = await openShop(t)
    const { status, text } = await page(url)
    assert.equal(status, 200)
    assert.match(text, /<p class="demo">A demo: no real card is charged\.<\/p>/)
    assert.match(text, /You pay by card, in [A-Z]{3}\. What reaches the shop is USDT\./)
    assert.match(text, /<code class="number">4242 4242 4242 4242<\/code> pays/)
    // What is for sale comes before what is asked.
    assert.ok(text.indexOf('value="headphones"') < text.indexOf('id="email"'))
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
    assert.match(text, /Desk lamp<\/dd>\n<dt>Total<\/dt><dd><bdi class="price">€49\.99/)
    assert.match(text, /<noscript><meta http-equiv="refresh"/)
  })

  it('writes prices as the customer does, who may read another language', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const german = { headers: { 'accept-language': 'de-AT,de;q=0.9' } }
    for (const path of ['/', '/orders/ORD-1']) {
      const text = await (await fetch(url + path, german)).text()
      assert.match(text, /<bdi class="price">49,99\u00a0[$€]/, path)
    }
  })

  it('knows the orders of this browser, and nothing of what else a cookie says', async (t) => {
    const { url } = await openShop(t, ['ORD-1', 'ORD-2', 'ORD-3'])
    await deliver(url, exampleEvent(2, 'checkout.completed', exampleTransaction('ORD-2')))
    const home = async (cookie: string) => await (await fetch(url, { headers: { cookie } })).text()
    const text = await home('a=b; fern_orders=ORD-2.ORD-1.ORD-9.ORD-2; c=d')
    assert.deepEqual(
      [...text.matchAll(/href="\/orders\/([\w-]+)".*?>(Paid|Awaiting payment) ·/gs)].map(
        ([, ...found]) => found,
      ),
      [
        ['ORD-2', 'Paid'],
        ['ORD-1', 'Awaiting payment'],
      ],
    )
    for (const cookie of ['', 'fern_orders=', 'xfern_orders=ORD-1', 'fern_orders="><b>.ORD-x'])
      assert.doesNotMatch(await home(cookie), /Your orders/, cookie)
  })

  it('says where to write to, and promises nothing that it does not do', async (t) => {
    const { url } = await openShop(t)
    assert.match((await page(`${url}/help`)).text, /href="mailto:help@fernandfield\.example"/)
    const terms = (await page(`${url}/terms`)).text
    assert.match(terms, /this demo makes no refunds/)
    assert.doesNotMatch(terms, /given back on request/)
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

describe('the page of webhooks', { concurrency: true }, () => {
  const post = (url: string, form: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' })
  const paid = exampleEvent(2, 'checkout.completed', exampleTransaction('ORD-1'))

  it('shows what the shop knows by itself when the gateway is away, and so does the page of an order', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    await deliver(url, paid)
    const { status, text } = await page(`${url}/webhooks`)
    assert.equal(status, 200)
    assert.match(text, /The shop accepts webhooks\..*The gateway does not say\. Could not talk to/s)
    const order = await page(`${url}/orders/ORD-1`)
    assert.equal(order.status, 200)
    assert.match(order.text, /evt_2.*could not be asked for its tries/s)
    for (const path of ['/webhooks/test', '/orders/ORD-1/events/evt_2/resend']) {
      const answer = await post(url + path, '')
      assert.equal(answer.status, 502)
      assert.match(await answer.text(), /connection_failed/)
    }
    assert.equal((await post(`${url}/orders/ORD-1/events/evt_3/resend`, '')).status, 404)
  })

  it('makes the shop refuse webhooks, and take them again', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    for (const status of [503, 410]) {
      assert.equal((await post(`${url}/webhooks/answer`, `status=${status}`)).status, 303)
      assert.equal((await deliver(url, paid)).status, status)
      const { text } = await page(`${url}/webhooks`)
      assert.ok(text.includes(`answered every webhook with ${status}`))
    }
    assert.equal((await orderJson(url, 'ORD-1')).events.length, 0)
    for (const odd of ['status=204', 'status=constructor', ''])
      assert.equal((await post(`${url}/webhooks/answer`, odd)).status, 400, odd)
    await post(`${url}/webhooks/answer`, 'status=200')
    assert.equal((await deliver(url, paid)).status, 200)
  })

  it('takes no form from another page', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    for (const site of ['cross-site', 'same-site']) {
      const answer = await post(`${url}/webhooks/answer`, 'status=503', { 'sec-fetch-site': site })
      assert.equal(answer.status, 403)
    }
    assert.equal((await deliver(url, paid)).status, 200)
    await post(`${url}/webhooks/answer`, 'status=503', { 'sec-fetch-site': 'same-origin' })
    assert.equal((await deliver(url, paid)).status, 503)
  })

  it('tells of alerts, once and escaped', async (t) => {
    const shop = await openShop(t)
    const changes = [{ field: 'default_webhook_url', from: null, to: '<img src=x onerror=alert(1)>' }]
    const event = { ...paid, type: 'merchant.updated', data: { object: 'merchant', changes } }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of a merchant as the shop reads
    for (const _ of [1, 2]) await deliver(shop.url, event as unknown as SkiroEvent)
    await shop.close()
    const { text } = await page(`${(await shop.start()).url}/webhooks`)
    const told = 'default_webhook_url was not set and is now &lt;img src=x onerror=alert(1)&gt;'
    assert.equal(text.split(told).length, 2)
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
