import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { deliveriesOf } from '../../../../test/support/deliver.ts'
import { webhookBench } from '../../../../test/support/webhookBench.ts'
import { newId } from '../lib/ids.ts'

const { ctx, receiver, newShop, work, fanOut, deliver } = await webhookBench()

type Shop = Awaited<ReturnType<typeof newShop>>
const resend = (shop: Shop, event: string, body?: unknown) =>
  shop.call('POST', `events/${event}/resend`, body)

const deliveries = (event: string) => deliveriesOf(ctx, event)
const refOf = (shop: Shop, id: string | null) => ({ ...shop.tenant, id: String(id) })

describe('POST /v1/events/{id}/resend', () => {
  test('sends the same bytes again to all that listen now', async () => {
    const shop = await newShop()
    const gone = await shop.newEndpoint('gone')
    const event = await shop.newEvent()
    assert.deepEqual(await work(), ['/default', '/gone'])
    await shop.call('DELETE', `webhooks/${gone.id}`)
    await shop.newEndpoint('new')
    await shop.newEndpoint('payouts', { events: ['payout.sent'] })

    const { status, body } = await resend(shop, event)
    assert.equal(status, 200)
    assert.deepEqual((await shop.call('GET', `events/${event}`)).body, body)
    assert.deepEqual(await work(), ['/default', '/new'])
    const [first, ...others] = receiver.received.filter(({ event: { id } }) => id === event)
    assert.equal(others.length, 3)
    assert.ok(others.every((request) => request.body === first?.body))
    assert.deepEqual(JSON.parse(String(first?.body)), body)
    assert.deepEqual(await work(), [])
  })

  test('to one endpoint, also one that does not listen to the type', async () => {
    const shop = await newShop()
    const { id } = await shop.newEndpoint('payouts', { events: ['payout.sent'] })
    const event = await shop.newEvent()
    assert.deepEqual(await work(), ['/default'])
    assert.equal((await resend(shop, event, { webhook_id: id })).status, 200)
    assert.deepEqual(await work(), ['/payouts'])
  })

  test('goes to where the endpoint is now', async () => {
    const shop = await newShop({ webhook_url: null })
    const { id } = await shop.newEndpoint('old')
    const event = await shop.newEvent()
    receiver.answer(404)
    assert.deepEqual(await work(), ['/old'])
    await shop.call('PATCH', `webhooks/${id}`, { url: `${receiver.url}/mended` })
    receiver.answer(200)
    await resend(shop, event)
    assert.deepEqual(await work(), ['/mended'])
    const [row, ...more] = await deliveries(event)
    assert.equal(more.length, 0)
    assert.deepEqual([row?.state, row?.tries], ['succeeded', 1])
  })

  test('a session’s own URL hears of it again in place of the default one', async () => {
    const shop = await newShop()
    const event = await shop.newEvent(`${receiver.url}/own`)
    assert.deepEqual(await work(), ['/own'])
    await resend(shop, event)
    assert.deepEqual(await work(), ['/own'])
  })

  test('what was given up is tried again for 72 hours, from the first pause on', async () => {
    const shop = await newShop()
    const event = await shop.newEvent()
    receiver.answer(500)
    await work()
    const [row] = await deliveries(event)
    assert.ok(row)
    await ctx.db.query(
      `update webhook_delivery set armed_at = now() - interval '90 days', tries = 11 where id = $1`,
      [row.id],
    )
    await deliver(refOf(shop, row.id))
    assert.equal((await deliveries(event))[0]?.state, 'failed')

    await resend(shop, event)
    await work()
    const [again] = await deliveries(event)
    assert.ok(again?.wait_ms)
    assert.deepEqual([again.state, again.tries], ['pending', 1])
    assert.ok(again.wait_ms > 4000 && again.wait_ms <= 5500, `${again.wait_ms} ms`)

    await ctx.db.query(
      `update webhook_delivery set armed_at = now() - interval '72 hours', tries = 11 where id = $1`,
      [again.id],
    )
    await deliver(refOf(shop, again.id))
    assert.equal((await deliveries(event))[0]?.state, 'failed')
  })

  test('wakes a worker at once, and is numbered for those who pull', async () => {
    const shop = await newShop()
    const event = await shop.newEvent()
    await work()
    const listener = await ctx.db.pool.connect()
    const woken = new Promise((resolve) => listener.once('notification', resolve))
    await listener.query('listen skiro_deliveries')
    await resend(shop, event)
    await resend(shop, event)
    await woken
    await listener.query('unlisten *')
    listener.release()
    const { rows } = await ctx.db.query(
      'select sequence, event_id from event_resend where merchant_id = $1 order by sequence',
      [shop.tenant.merchant_id],
    )
    assert.deepEqual(rows, [
      { sequence: 1n, event_id: event },
      { sequence: 2n, event_id: event },
    ])
    assert.deepEqual(await work(), ['/default'])
  })

  test('many at once make one delivery per endpoint', async () => {
    const shop = await newShop()
    await shop.newEndpoint('extra')
    const event = await shop.newEvent()
    const answers = await Promise.all([fanOut(), ...Array.from({ length: 20 }, () => resend(shop, event))])
    assert.ok(answers.slice(1).every((answer) => answer?.status === 200))
    assert.deepEqual(await work(), ['/default', '/extra'])
    assert.deepEqual(await work(), [])
  })
})

describe('a resend during a try', () => {
  for (const [what, status] of [
    ['that succeeds', 200],
    ['that fails', 500],
  ] as const)
    test(`${what}: waits for its end, then sends once more`, async () => {
      const shop = await newShop()
      const event = await shop.newEvent()
      await fanOut()
      const [row] = await deliveries(event)
      assert.ok(row)
      receiver.answer(status)
      const release = receiver.hold()
      const trying = deliver(refOf(shop, row.id))
      while (receiver.received.length === 0) await sleep(5)
      assert.equal((await resend(shop, event)).status, 200)
      assert.equal(receiver.received.length, 1)
      receiver.answer(200)
      release()
      await trying
      assert.equal(receiver.received.length, 2)
      const [after] = await deliveries(event)
      assert.deepEqual([after?.state, after?.tries], ['succeeded', 1])
      assert.deepEqual(await work(), [])
    })

  test('an endpoint that is disabled during a try: what was accepted counts as accepted', async () => {
    const shop = await newShop({ webhook_url: null })
    const { id } = await shop.newEndpoint('last')
    for (const [status, state] of [
      [200, 'succeeded'],
      [500, 'failed'],
    ] as const) {
      const event = await shop.newEvent()
      await fanOut()
      const [row] = await deliveries(event)
      assert.ok(row)
      receiver.received.length = 0
      receiver.answer(status)
      const release = receiver.hold()
      const trying = deliver(refOf(shop, row.id))
      while (receiver.received.length === 0) await sleep(5)
      await shop.call('PATCH', `webhooks/${id}`, { status: 'disabled' })
      release()
      await trying
      assert.equal((await deliveries(event))[0]?.state, state)
      await shop.call('PATCH', `webhooks/${id}`, { status: 'enabled' })
    }
  })
})

describe('what cannot be sent again', () => {
  test('absent and foreign events and endpoints: 404', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const event = await shop.newEvent()
    const theirs = await other.newEvent()
    const { id: their_endpoint } = await other.newEndpoint('theirs')
    for (const id of [theirs, newId('event'), newId('payout'), 'x']) {
      const { status, body } = await resend(shop, id)
      assert.deepEqual([status, body.error], [404, 'not_found'], id)
    }
    for (const webhook_id of [their_endpoint, newId('webhook_endpoint'), 'x', '']) {
      const { status, body } = await resend(shop, event, { webhook_id })
      assert.deepEqual([status, body.error, body.param], [404, 'not_found', 'webhook_id'])
    }
    await work()
    assert.deepEqual(
      (await ctx.db.query('select from event_resend where event_id = any ($1)', [[event, theirs]])).rows,
      [],
    )
  })

  test('a disabled endpoint, one without a URL, a test event of another: refused', async () => {
    const shop = await newShop({ webhook_url: null })
    const [default_endpoint] = (await shop.call('GET', 'webhooks')).body.data as { id: string }[]
    const [on, off] = [await shop.newEndpoint('on'), await shop.newEndpoint('off')]
    const { body: probe } = await shop.call('POST', `webhooks/${off.id}/test`)
    await shop.call('PATCH', `webhooks/${off.id}`, { status: 'disabled' })
    const event = await shop.newEvent()
    for (const [id, webhook_id, verdict] of [
      [event, off.id, [409, 'webhook_endpoint_disabled', 'webhook_id']],
      [event, default_endpoint?.id, [400, 'invalid_request', 'webhook_id']],
      [String(probe.id), on.id, [400, 'invalid_request', 'webhook_id']],
    ] as const) {
      const { status, body } = await resend(shop, id, { webhook_id })
      assert.deepEqual([status, body.error, body.param], verdict)
    }
    // Its only receiver is off: there is nobody to tell, which is no error.
    assert.equal((await resend(shop, String(probe.id))).status, 200)
    assert.deepEqual(await work(), ['/on'])
  })

  test('unknown fields and other bodies: 400', async () => {
    const shop = await newShop()
    const event = await shop.newEvent()
    for (const [body, param] of [
      [{ endpoint: 'x' }, 'endpoint'],
      [{ webhook_id: 1 }, 'webhook_id'],
      [{ webhook_id: null }, 'webhook_id'],
      [{ webhook_id: 'we_\u0000' }, 'webhook_id'],
      [[], undefined],
    ] as const) {
      const { status, body: answer } = await resend(shop, event, body)
      assert.deepEqual([status, answer.error, answer.param], [400, 'invalid_request', param])
    }
  })
})
