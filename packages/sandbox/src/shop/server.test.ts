import assert from 'node:assert/strict'
import { appendFile, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { exampleEvent, examplePayout, exampleTransaction } from './exampleEvents.ts'
import { startShop } from './server.ts'
import { deliver, openShop, orderJson, page, SECRET } from './testShop.ts'

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
