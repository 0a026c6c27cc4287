/** Against a gateway that records and numbers events and posts none: all that the shop learns, it pulls. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Skiro, type SkiroEvent } from 'skiro'
import { startGateway } from '../../../../test/sdk/gateway.ts'
import { publishAll } from '../../../../test/support/deliver.ts'
import { newMerchant, WALLET } from '../../../../test/support/gatewayContext.ts'
import { eventually } from '../../../../test/support/pay.ts'
import { createOrder } from './buy.ts'
import { CatchUp } from './catchUp.ts'
import { orderState } from './order.ts'
import { PRODUCTS } from './products.ts'
import { ShopBook } from './shopBook.ts'

describe('CatchUp', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>
  let folder: string
  let api_key: string
  let skiro: Skiro
  let file: string
  before(async () => {
    gateway = await startGateway()
    folder = await mkdtemp(join(tmpdir(), 'skiro-shop-'))
  })
  after(async () => {
    await gateway?.close()
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    const made = await newMerchant(gateway.ctx, {
      webhook_url: 'https://shop.example/hooks',
      wallets: { USDT: WALLET },
    })
    api_key = made.api_key
    skiro = new Skiro(api_key, { baseUrl: gateway.url })
    file = join(folder, made.merchant_id)
  })

  async function open() {
    const book = await ShopBook.open(file)
    return { book, catch_up: new CatchUp(skiro, book) }
  }

  /** An order that then expires, which is an event about it. */
  async function expiredOrder(book: ShopBook): Promise<string> {
    const [product] = PRODUCTS
    assert.ok(product)
    const choice = { currency: 'USD', payout_currency: 'USDT', webhook: 'default' } as const
    const order = await createOrder(skiro, 'http://shop.test', { product, customer_email: null, ...choice })
    await book.add(order)
    await skiro.checkout.expire(order.session_id)
    await publishAll(gateway.ctx)
    return order.id
  }

  const statusOf = (book: ShopBook, id: string) => orderState(book.find(id)?.events ?? []).status

  async function newest(): Promise<SkiroEvent> {
    const [event] = (await skiro.events.list({ limit: 1 })).data
    assert.ok(event)
    return event
  }

  it('takes all at the start, and later only what webhooks had a whole pause to bring', async () => {
    const { book, catch_up } = await open()
    const missed = await expiredOrder(book)
    await catch_up.look()
    assert.equal(statusOf(book, missed), 'expired')
    assert.equal(book.find(missed)?.received[0]?.via, 'pull')

    const late = await expiredOrder(book)
    await catch_up.look()
    assert.equal(statusOf(book, late), 'awaiting_payment')
    await catch_up.look()
    assert.equal(statusOf(book, late), 'expired')
    assert.deepEqual([catch_up.last?.taken, catch_up.last?.error], [1, null])
    await book.close()
  })

  it('counts an event once, pulled and posted, in whichever order', async () => {
    const { book, catch_up } = await open()
    const arrival = { via: 'webhook', raw_body: '{}', signature_header: '' } as const
    const pulled = await expiredOrder(book)
    await catch_up.look()
    assert.equal(await book.take(await newest(), arrival), 'duplicate')

    const posted = await expiredOrder(book)
    const event = await newest()
    const whole = { ...arrival, raw_body: JSON.stringify(event) }
    assert.equal(await book.take(event, whole), 'kept')
    assert.equal(await catch_up.takeMissed(await defaultEndpoint()), 0)
    assert.equal(await book.take(event, whole), 'duplicate')
    const seen = [pulled, posted].map((id) => book.find(id))
    assert.deepEqual(
      seen.map((order) => order?.received.map(({ via }) => via)),
      [['pull'], ['webhook']],
    )
    assert.deepEqual(
      seen.map((order) => [...(order?.duplicates.values() ?? [])]),
      [[1], [1]],
    )
    await book.close()
  })

  it('goes on after a restart where it was, and not behind a gap', async () => {
    const first = await open()
    await expiredOrder(first.book)
    await expiredOrder(first.book)
    await first.catch_up.look()
    await first.book.close()

    const again = await open()
    assert.equal(again.book.cursor.upto, 2)
    const gap = await expiredOrder(again.book)
    const last = await expiredOrder(again.book)
    const event = await newest()
    const raw_body = JSON.stringify(event)
    await again.book.take(event, { via: 'webhook', raw_body, signature_header: '' })
    await again.book.saveCursor()
    assert.equal(statusOf(again.book, last), 'expired')
    await again.book.close()

    const third = await open()
    assert.equal(third.book.cursor.upto, 2)
    assert.equal(statusOf(third.book, gap), 'awaiting_payment')
    await third.catch_up.look()
    assert.equal(statusOf(third.book, gap), 'expired')
    assert.equal(third.book.cursor.upto, 4)
    assert.equal(third.catch_up.last?.taken, 1)
    await third.book.close()
  })

  it('takes what the endpoint has not accepted, and tells how much was news', async () => {
    const { book, catch_up } = await open()
    const ids = [await expiredOrder(book), await expiredOrder(book)]
    const webhook_id = await defaultEndpoint()
    assert.equal(await catch_up.takeMissed(webhook_id), 2)
    assert.equal(await catch_up.takeMissed(webhook_id), 0)
    assert.deepEqual(
      ids.map((id) => statusOf(book, id)),
      ['expired', 'expired'],
    )
    await book.close()
  })

  it('says why the gateway could not be asked, and takes all at once when it is back', async () => {
    let away = false
    skiro = new Skiro(api_key, {
      baseUrl: gateway.url,
      maxRetries: 0,
      fetch: (url, init) => (away ? Promise.reject(new TypeError('it is away')) : fetch(url, init)),
    })
    const { book, catch_up } = await open()
    await catch_up.look()
    const id = await expiredOrder(book)
    away = true
    await catch_up.look()
    assert.match(catch_up.last?.error ?? '', /it is away/)
    away = false
    await catch_up.look()
    assert.deepEqual([catch_up.last?.taken, catch_up.last?.error], [1, null])
    assert.equal(statusOf(book, id), 'expired')
    await book.close()
  })

  it('does not look while the shop plays dead, and takes all at once after', async () => {
    const { book, catch_up } = await open()
    const id = await expiredOrder(book)
    let away = true
    catch_up.start(5, () => away)
    await sleep(100)
    assert.equal(catch_up.last, null)
    away = false
    await eventually('the first look', 10, async () => catch_up.last)
    assert.equal(statusOf(book, id), 'expired')
    await catch_up.stop()
    await book.close()
  })

  async function defaultEndpoint(): Promise<string> {
    const { data } = await skiro.webhooks.list()
    return data.find(({ is_default }) => is_default)?.id ?? ''
  }
})
