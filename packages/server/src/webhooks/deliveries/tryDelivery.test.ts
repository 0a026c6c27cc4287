import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { deliveriesOf, deliverNow, publishAll } from '../../../../../test/support/deliver.ts'
import { gatewayContext, newMerchant } from '../../../../../test/support/gatewayContext.ts'
import { inTransaction, one } from '../../db/sql.ts'
import { recordEvent } from '../../events/record.ts'
import { UNREACHABLE } from '../egress/failure.ts'
import { createEgress } from '../egress.ts'

type Received = { path: string; body: string; headers: IncomingHttpHeaders }
const received: Received[] = []
let answer = { status: 200, after_ms: 0, headers: {} as Record<string, string> }
const server = createServer((request, response) => {
  void text(request).then(async (body) => {
    received.push({ path: request.url ?? '', body, headers: request.headers })
    await sleep(answer.after_ms)
    response.writeHead(answer.status, answer.headers).end('ok')
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const { ctx, close } = await gatewayContext()
const egress = createEgress(['127.0.0.0/8'], { pause: () => Promise.resolve() })
after(async () => {
  server.closeAllConnections()
  server.close()
  await egress.close()
  await close()
})
beforeEach(() => {
  received.length = 0
  answer = { status: 200, after_ms: 0, headers: {} }
})

const shop = await newMerchant(ctx, { webhook_url: `${origin}/default` })
const tenant = { merchant_id: shop.merchant_id, livemode: false }
const ref = (id: string) => ({ ...tenant, id })

/** Records an event and fans it out. Returns its only delivery. */
async function newDelivery(webhook_url: string | null = null) {
  await inTransaction(ctx.db, (tx) =>
    recordEvent(tx, tenant, {
      type: 'payout.sent',
      object_id: 'po_1',
      data: { id: 'po_1', note: 'Söhne' },
      webhook_url,
    }),
  )
  await publishAll(ctx)
  const event = await one<{ id: string }>(ctx.db, 'select id from event order by sequence desc limit 1', [])
  const { id } = await one<{ id: string }>(ctx.db, 'select id from webhook_delivery where event_id = $1', [
    event.id,
  ])
  return { event_id: event.id, id }
}

const read = async (event_id: string) => {
  const [delivery, ...more] = await deliveriesOf(ctx, event_id)
  assert.ok(delivery && more.length === 0)
  return delivery
}

describe('a delivery', () => {
  test('posts the event, signed with the merchant’s secret, and is done when it was accepted', async () => {
    const { id, event_id } = await newDelivery()
    const before = Math.floor(Date.now() / 1000)
    await deliverNow(ctx, egress, ref(id))
    const [request, ...more] = received
    assert.ok(request)
    assert.equal(more.length, 0)
    assert.equal(request.path, '/default')
    assert.equal(request.headers['content-type'], 'application/json; charset=utf-8')

    const signature = String(request.headers['x-skiro-signature'])
    const t = Number(/^t=(\d+),/.exec(signature)?.[1])
    assert.ok(t >= before && t <= before + 2)
    const mac = createHmac('sha256', shop.webhook_secret).update(`${t}.${request.body}`).digest('hex')
    assert.equal(signature, `t=${t},v1=${mac}`)

    const { created_at, sequence, ...event } = JSON.parse(request.body) as Record<string, unknown>
    assert.ok(!Number.isNaN(Date.parse(String(created_at))))
    assert.ok(Number.isInteger(sequence))
    const data = { id: 'po_1', note: 'Söhne' }
    assert.deepEqual(event, { id: event_id, object: 'event', type: 'payout.sent', livemode: false, data })

    const { state, tries, status, diagnosis } = await read(event_id)
    assert.deepEqual([state, tries, status, diagnosis], ['succeeded', 1, 200, '200: accepted'])
    await deliverNow(ctx, egress, ref(id))
    assert.equal(received.length, 1)
  })

  test('every 2xx is success', async () => {
    for (const status of [201, 202, 204, 299]) {
      answer.status = status
      const { id, event_id } = await newDelivery()
      await deliverNow(ctx, egress, ref(id))
      assert.equal((await read(event_id)).state, 'succeeded')
    }
  })

  test('anything else is tried again in 5 seconds, with the same bytes', async () => {
    answer.headers = { location: `${origin}/elsewhere` }
    for (const status of [301, 302, 307, 400, 401, 404, 429, 500, 503]) {
      answer.status = status
      const { id, event_id } = await newDelivery()
      await deliverNow(ctx, egress, ref(id))
      const row = await read(event_id)
      assert.deepEqual([row.state, row.tries, row.status], ['pending', 1, status])
      assert.ok(row.wait_ms && row.wait_ms > 4500 && row.wait_ms <= 5500, `${row.wait_ms} ms`)
      assert.match(String(row.diagnosis), new RegExp(`^${status}(?:: | to ${origin}/elsewhere: ).{10,}`))
    }
    assert.ok(received.every(({ path }) => path === '/default'))
  })

  test('the second try is the same event, the third pause is five minutes', async () => {
    answer.status = 500
    const { id, event_id } = await newDelivery()
    for (const least of [5000, 60_000, 300_000]) {
      await deliverNow(ctx, egress, ref(id))
      const { wait_ms } = await read(event_id)
      assert.ok(wait_ms && wait_ms > least - 500 && wait_ms <= least * 1.1, `${wait_ms} ms`)
    }
    assert.equal(new Set(received.map(({ body }) => body)).size, 1)
    answer.status = 200
    await deliverNow(ctx, egress, ref(id))
    const { state, tries } = await read(event_id)
    assert.deepEqual([state, tries, received.length], ['succeeded', 4, 4])
  })

  test('410 ends it and disables the endpoint; for a session’s own URL it ends that delivery alone', async () => {
    answer.status = 410
    const own = await newDelivery(`${origin}/own`)
    await deliverNow(ctx, egress, ref(own.id))
    const status = async () =>
      await one(ctx.db, 'select status, disabled_reason from webhook_endpoint where merchant_id = $1', [
        shop.merchant_id,
      ])
    assert.equal((await read(own.event_id)).state, 'failed')
    assert.deepEqual(await status(), { status: 'enabled', disabled_reason: null })

    const { id, event_id } = await newDelivery()
    await deliverNow(ctx, egress, ref(id))
    const gone = await read(event_id)
    assert.deepEqual([gone.state, gone.status], ['failed', 410])
    assert.deepEqual(await status(), { status: 'disabled', disabled_reason: 'gone' })
    await deliverNow(ctx, egress, ref(id))
    assert.equal(received.length, 2)
    const said = await one<{ type: string; data: { disabled_reason: string } }>(
      ctx.db,
      `select type, data from event where merchant_id = $1 order by id desc limit 1`,
      [shop.merchant_id],
    )
    assert.deepEqual([said.type, said.data.disabled_reason], ['webhook.disabled', 'gone'])
    await ctx.db.query(
      `update webhook_endpoint set status = 'enabled', disabled_reason = null where merchant_id = $1`,
      [shop.merchant_id],
    )
    await publishAll(ctx)
    await ctx.db.query(`update webhook_delivery set state = 'failed' where state = 'pending'`)
  })

  test('after 72 hours it is given up', async () => {
    answer.status = 500
    const { id, event_id } = await newDelivery()
    await ctx.db.query(
      `update webhook_delivery set armed_at = now() - interval '72 hours', tries = 11 where id = $1`,
      [id],
    )
    await deliverNow(ctx, egress, ref(id))
    const { state, tries } = await read(event_id)
    assert.deepEqual([state, tries], ['failed', 12])
  })

  test('a server that cannot be reached is tried again; only in the operator’s own network it is told why', async () => {
    const diagnoses = []
    for (const url of [
      'http://127.0.0.1:1/',
      'http://10.0.0.1/',
      'http://169.254.169.254/latest/meta-data',
    ]) {
      const { id, event_id } = await newDelivery(url)
      await deliverNow(ctx, egress, ref(id))
      const { state, status, diagnosis } = await read(event_id)
      assert.deepEqual([state, status], ['pending', null])
      diagnoses.push(diagnosis)
    }
    assert.deepEqual(diagnoses, ['connection refused: nothing listens there', UNREACHABLE, UNREACHABLE])
  })

  test('a session’s own URL takes the place of the default one and is signed with the same secret', async () => {
    const { id } = await newDelivery(`${origin}/own`)
    await deliverNow(ctx, egress, ref(id))
    const [request] = received
    const [, t, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(request?.headers['x-skiro-signature'])) ?? []
    const expected = createHmac('sha256', shop.webhook_secret).update(`${t}.${request?.body}`).digest('hex')
    assert.deepEqual([request?.path, mac, received.length], ['/own', expected, 1])
  })
})
