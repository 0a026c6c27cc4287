import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type SkiroEvent, webhooks } from 'skiro'
import type { OrderFields } from './order.ts'
import { startShop } from './server.ts'
import { ShopBook } from './shopBook.ts'

/** The webhook secret of every test. */
export const SECRET = 'whsec_shop_test'

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
export async function openShop(t: TestContext, order_ids: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-shop-'))
  t.after(() => rm(folder, { recursive: true }))
  const database_file = join(folder, 'orders.jsonl')
  const book = await ShopBook.open(database_file)
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

/** Posts a signed event to the shop. */
export function deliver(url: string, event: SkiroEvent, secret = SECRET) {
  const payload = JSON.stringify(event)
  return deliverRaw(url, payload, webhooks.generateTestHeader({ payload, secret }))
}

/** Posts these bytes with this header. */
export function deliverRaw(url: string, body: string, header: string) {
  const headers = { 'content-type': 'application/json', 'x-skiro-signature': header }
  return fetch(`${url}/webhooks/skiro`, { method: 'POST', headers, body })
}

type OrderJson = {
  status: string
  session_id: string
  transaction: { id: string } | null
  payout: { tx_hash: string } | null
  failed_attempts: unknown[]
  events: {
    id: string
    type: string
    sequence: number
    via: 'webhook' | 'pull'
    raw_body: string
    signature_header: string | null
    duplicates: number
  }[]
}

/** The order as the shop tells programs. */
export async function orderJson(url: string, id: string): Promise<OrderJson> {
  const answer = await fetch(`${url}/api/orders/${id}`)
  assert.equal(answer.status, 200)
  return (await answer.json()) as OrderJson
}

/** A page with its status and policy. */
export async function page(url: string): Promise<{ status: number; text: string; csp: string }> {
  const answer = await fetch(url)
  const csp = answer.headers.get('content-security-policy') ?? ''
  return { status: answer.status, text: await answer.text(), csp }
}
