/** What the guides say in words, where no snippet shows it. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Skiro } from 'skiro'
import { captured, heard } from '../support/outcome.ts'
import { cardToken, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, startWorld, type World } from '../support/world.ts'

type Json = Record<string, unknown>
type Call = { method?: string; key?: string; idempotency_key?: string; body?: Json }

const SESSION = { amount: 20, currency: 'EUR', payout_currency: 'USDT' }

let world: World
let gateway: Gateway
let merchant: Merchant
let skiro: Skiro
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  merchant = await world.createMerchant()
  skiro = new Skiro(merchant.api_key, { baseUrl: world.api_url })
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

async function call(path: string, { method, key = merchant.api_key, idempotency_key, body }: Call = {}) {
  const answer = await fetch(world.api_url + path, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: {
      authorization: `Bearer ${key}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(idempotency_key && { 'idempotency-key': idempotency_key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json }
}

/** What an operator does in a shell. */
async function newKey(...words: string[]): Promise<string> {
  const command = ['key', 'create', '--merchant', merchant.merchant_id, '--label', 'x', '--json', ...words]
  return (JSON.parse(await world.command(...command)) as { key: string }).key
}

test('a retry may come with another API key, and a key for one call is free for another', async () => {
  const options = { idempotency_key: 'ORD-1' }
  const first = await call('/v1/checkout', { body: SESSION, ...options })
  const again = await call('/v1/checkout', { body: SESSION, ...options, key: await newKey() })
  assert.equal(again.body['id'], first.body['id'])
  assert.equal(again.headers.get('idempotent-replayed'), 'true')
  const other = await call('/v1/webhooks', { body: { url: 'https://shop.example/' }, ...options })
  assert.equal(other.status, 201)
})

test('a refusal is not kept: corrected, the request may use the same key', async () => {
  const options = { idempotency_key: 'ORD-2' }
  const refused = await call('/v1/checkout', { body: { ...SESSION, currency: 'XXX' }, ...options })
  assert.equal(refused.status, 400)
  const { status, headers } = await call('/v1/checkout', { body: SESSION, ...options })
  assert.deepEqual([status, headers.get('idempotent-replayed')], [201, null])
})

test('PATCH and DELETE take no key: it changes nothing', async () => {
  const { id } = await skiro.webhooks.create({ url: 'https://shop.example/hooks' })
  const options = { idempotency_key: 'ORD-3' }
  for (const description of ['a', 'b', 'b']) {
    const { body } = await call(`/v1/webhooks/${id}`, { method: 'PATCH', body: { description }, ...options })
    assert.equal(body['description'], description)
  }
  assert.equal((await call(`/v1/webhooks/${id}`, { method: 'DELETE', ...options })).status, 200)
  assert.equal((await call(`/v1/webhooks/${id}`, { method: 'DELETE', ...options })).status, 404)
})

test('ending_before gives what is just newer, newest first; two ways at once are refused', async () => {
  const made: string[] = []
  for (let i = 0; i < 4; i++)
    made.push((await skiro.checkout.create({ ...SESSION, currency: 'EUR', payout_currency: 'USDT' })).id)
  const [first, second, third] = made
  const page = await skiro.checkout.list({ ending_before: first ?? '', limit: 2 })
  assert.deepEqual(
    page.data.map(({ id }) => id),
    [third, second],
  )
  assert.equal(page.has_more, true)
  const both = await call(`/v1/checkout?page=1&starting_after=${first}`)
  assert.deepEqual([both.status, both.body['error']], [400, 'invalid_request'])
  const unknown = await call('/v1/checkout?limt=2')
  assert.deepEqual([unknown.status, unknown.body['param']], [400, 'limt'])
})

test('the request id of an answer is in the log, and in the header of a success too', async () => {
  const { body } = await call('/v1/checkout/cs_none')
  const { headers } = await call('/v1/merchant')
  for (const id of [String(body['request_id']), headers.get('request-id') ?? '']) {
    assert.match(id, /^req_/)
    await eventually(`${id} in the log`, 10, async () =>
      (await readFile(world.log_file, 'utf8')).includes(id),
    )
  }
})

test('a read key may look and do nothing, whether the object exists or not', async () => {
  const key = await newKey('--scope', 'read')
  const { id } = await skiro.checkout.create({ ...SESSION, currency: 'EUR', payout_currency: 'USDT' })
  assert.equal((await call(`/v1/checkout/${id}`, { key })).status, 200)
  for (const path of [`/v1/checkout/${id}/expire`, '/v1/checkout/cs_none/expire', '/v1/checkout']) {
    const { status, body } = await call(path, { key, method: 'POST' })
    assert.deepEqual([status, body['error']], [403, 'forbidden'], path)
  }
})

test('when a key is revoked, customers on the page go on and webhooks come', async () => {
  const key = await newKey()
  const { body } = await call('/v1/checkout', { key, body: SESSION })
  const session = String(body['id'])
  await world.command('key', 'revoke', '--merchant', merchant.merchant_id, '--key', key.slice(0, 20))
  assert.equal((await call('/v1/merchant', { key })).status, 401)
  assert.equal((await fetch(String(body['url']))).status, 200)
  await pay(world, session, await cardToken(world, session))
  await captured(world, merchant, session)
  await heard(world, merchant, 'checkout.completed', (data) => data['checkout_session_id'] === session)
})

test('a secret that ends at once leaves no gap: the refused event comes again', async () => {
  const [endpoint] = (await skiro.webhooks.list().autoPagingToArray({ limit: 20 })).filter(
    (one) => one.is_default,
  )
  assert.ok(endpoint)
  const { secret } = await skiro.webhooks.rotate(endpoint.id, { expires_in: 0 })
  world.receiver.answer(400)
  const test_event = await skiro.webhooks.test(endpoint.id)
  const arrived = () => world.receiver.received.filter(({ event }) => event.id === test_event.id)
  await eventually('the first try', 10, async () => arrived().length === 1)
  world.receiver.answer(200)
  await eventually('the second try, after 5 s', 20, async () => arrived().length === 2)
  for (const { body, signature } of arrived()) {
    assert.doesNotMatch(signature, /v1=.*v1=/)
    skiro.webhooks.verify(body, signature, secret)
  }
})
