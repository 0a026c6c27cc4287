/** What real payments leave behind, held to the published schemas: every webhook that is posted, every object that is read. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OpenApi } from '../../packages/server/src/docs/openapi/types.ts'
import { schemaJudge } from '../support/jsonSchema.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

let world: World
let gateway: Gateway
let merchant: Merchant
let document: OpenApi
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  merchant = await world.createMerchant()
  document = (await (await fetch(`${world.api_url}/openapi.json`)).json()) as OpenApi
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

type Listed = { data: { id: string }[] }

test('webhooks and objects of a paid, a declined, an expired and a held payment fit their schemas', async () => {
  const judge = schemaJudge(document, { closed: true })
  const paid = await createSession(world, merchant, { customer_email: 'ada@example.com' })
  await pay(world, paid, await cardToken(world, paid))
  const declined = await createSession(world, merchant)
  await pay(world, declined, await cardToken(world, declined, '4000000000009995'))
  const expired = await createSession(world, merchant, { payout_currency: 'ETH', amount: '12.5' })
  await api(world, merchant, 'POST', `/v1/checkout/${expired}/expire`)
  const endpoint = await api(world, merchant, 'POST', '/v1/webhooks', {
    url: `${world.receiver.url}/more`,
    events: ['payout.completed'],
  })
  await api(world, merchant, 'POST', `/v1/webhooks/${String(endpoint.body.id)}/test`)
  await world.command(
    ...['wallet', 'set', '--merchant', merchant.merchant_id, '--currency', 'USDC'],
    ...['--network', 'ethereum', '--address', `0x${'44'.repeat(20)}`],
  )

  const types = [
    'checkout.completed',
    'checkout.failed',
    'checkout.expired',
    'payout.sent',
    'payout.completed',
  ]
  const wanted = [...types, 'merchant.updated', 'webhook.test']
  await eventually(`webhooks ${wanted.join()}`, 60, async () => {
    const heard = new Set(world.receiver.received.map(({ event }) => event.type))
    return wanted.every((type) => heard.has(type))
  })
  for (const { event, headers } of world.receiver.received) {
    const post = document.webhooks[event.type]?.['post']
    const schema = post?.requestBody?.content['application/json']?.schema ?? { not: {} }
    assert.deepEqual(judge(schema, event), [], JSON.stringify(event))
    const signing = ['X-Skiro-Signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
    assert.deepEqual(
      (post?.parameters ?? []).map((header) => 'name' in header && header.name),
      signing,
    )
    for (const header of post?.parameters ?? []) {
      assert.ok('schema' in header)
      assert.deepEqual(judge(header.schema, headers[header.name.toLowerCase()]), [], header.name)
    }
  }

  for (const path of ['/v1/checkout', '/v1/transactions', '/v1/payouts', '/v1/webhooks', '/v1/events']) {
    const list = await read(path, judge)
    assert.ok((list as Listed).data.length > 0, `${path} is empty`)
    for (const { id } of (list as Listed).data) await read(`${path}/${id}`, judge)
  }
  await read('/v1/merchant', judge)
})

/** The answer of a GET, after judging it by the schema of its path. */
async function read(path: string, judge: ReturnType<typeof schemaJudge>): Promise<unknown> {
  const { status, body } = await api(world, merchant, 'GET', path)
  assert.equal(status, 200, path)
  const pattern = path.replace(/\/[a-z]+_\w+$/, '/{id}')
  const answer = document.paths[pattern]?.['get']?.responses?.['200']
  assert.ok(answer && 'content' in answer, pattern)
  const schema = answer.content?.['application/json']?.schema ?? { not: {} }
  assert.deepEqual(judge(schema, body), [], `${path}: ${JSON.stringify(body)}`)
  return body
}
