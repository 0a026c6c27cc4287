import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { deliveriesOf } from '../../../../test/support/deliver.ts'
import { newMerchant } from '../../../../test/support/gatewayContext.ts'
import { type Body, webhookBench } from '../../../../test/support/webhookBench.ts'
import { EVENT_TYPES } from '../events/event.ts'
import { newId } from '../lib/ids.ts'
import { setDefaultUrl } from './store.ts'

const { ctx, app, newShop, receiver, work, fanOut } = await webhookBench()
let shop: Awaited<ReturnType<typeof newShop>>
before(async () => {
  shop = await newShop()
})

const URL_OK = 'https://shop.example/hook'
const create = (body: unknown) => shop.call('POST', 'webhooks', body)
/** Status, code and the field that is blamed. */
const verdict = ({ status, body }: { status: number; body: Body }) => [status, body.error, body.param]
const withoutSecret = ({ secret: _secret, ...rest }: Body) => rest

describe('webhook endpoints', () => {
  test('are made with a secret that is shown once', async () => {
    const { status, body } = await create({ url: URL_OK, events: ['payout.sent'], description: 'Books' })
    assert.equal(status, 201)
    const { id, secret, created_at, ...rest } = body
    assert.match(String(id), /^we_[0-9a-z]{26}$/)
    assert.match(String(secret), /^whsec_[0-9A-Za-z+/]{43}=$/)
    assert.equal(new Date(String(created_at)).toISOString(), created_at)
    assert.deepEqual(rest, {
      object: 'webhook_endpoint',
      livemode: false,
      url: URL_OK,
      events: ['payout.sent'],
      status: 'enabled',
      disabled_reason: null,
      failing_since: null,
      description: 'Books',
      is_default: false,
    })
    const read = await shop.call('GET', `webhooks/${String(id)}`)
    assert.deepEqual([read.status, read.body], [200, withoutSecret(body)])
    const listed = (await shop.call('GET', 'webhooks')).body.data as Body[]
    assert.deepEqual(listed[0], withoutSecret(body))
  })

  test('listen to everything and have no description unless told', async () => {
    const { body } = await create({ url: URL_OK })
    assert.deepEqual([body.events, body.description], [['*'], null])
    const all = await create({ url: URL_OK, events: EVENT_TYPES })
    assert.deepEqual(all.body.events, [...EVENT_TYPES])
  })

  test('take absolute http(s) URLs without credentials or control characters', async () => {
    const bad = [
      undefined,
      null,
      '',
      1,
      '/hook',
      'shop.example/hook',
      'ftp://shop.example',
      'javascript:alert(1)',
      'https://',
      'https://user@shop.example/',
      'https://user:pass@shop.example/',
      'https://shop.example/\n',
      'https://shop.example/\u0000',
      'https://shop.example/\ud800',
      `https://shop.example/${'a'.repeat(2048)}`,
    ]
    for (const url of bad)
      assert.deepEqual(verdict(await create({ url })), [400, 'invalid_request', 'url'], String(url))
  })

  test('take known event types, each once, or "*" alone', async () => {
    for (const events of [[], ['*', 'payout.sent'], ['payout.sent', 'payout.sent'], '*', null, {}]) {
      const { status, body } = await create({ url: URL_OK, events })
      assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', 'events'])
    }
    for (const word of ['payout', 'payout.*', 'PAYOUT.SENT', '', 1]) {
      const { status, body } = await create({ url: URL_OK, events: [word] })
      assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', 'events.0'])
      assert.match(String(body.message), /payout\.sent/)
    }
  })

  test('take a description that can be stored, and no other fields', async () => {
    for (const description of ['x'.repeat(501), 'a\u0000b', 1])
      assert.deepEqual(verdict(await create({ url: URL_OK, description })), [
        400,
        'invalid_request',
        'description',
      ])
    for (const field of ['secret', 'status', 'is_default', 'id'])
      assert.deepEqual(verdict(await create({ url: URL_OK, [field]: 'x' })), [400, 'invalid_request', field])
  })

  test('change what is named, and nothing else', async () => {
    const { body: made } = await create({ url: URL_OK, events: ['payout.sent'], description: 'a' })
    const path = `webhooks/${String(made.id)}`
    let expected = withoutSecret(made)
    const changes = [
      {},
      { url: 'http://127.0.0.1:1/x' },
      { events: ['*'] },
      { description: null },
      { status: 'disabled' },
      { status: 'enabled', description: 'b' },
    ]
    for (const change of changes) {
      const disabled_reason = 'status' in change && change.status === 'disabled' ? 'by_merchant' : null
      expected = { ...expected, ...change, disabled_reason }
      const { status, body } = await shop.call('PATCH', path, change)
      assert.deepEqual([status, body], [200, expected])
      assert.deepEqual((await shop.call('GET', path)).body, expected)
    }
    for (const [change, param] of [
      [{ status: 'off' }, 'status'],
      [{ url: null }, 'url'],
      [{ url: 'nope' }, 'url'],
      [{ events: [] }, 'events'],
      [{ secret: 'x' }, 'secret'],
    ] as const)
      assert.deepEqual(verdict(await shop.call('PATCH', path, change)), [400, 'invalid_request', param])
    assert.deepEqual((await shop.call('GET', path)).body, expected)
  })

  test('are gone once deleted', async () => {
    const { id } = (await create({ url: URL_OK })).body as { id: string }
    const path = `webhooks/${id}`
    const { status, body } = await shop.call('DELETE', path)
    assert.deepEqual([status, body], [200, { id, object: 'webhook_endpoint', deleted: true }])
    for (const [method, under, payload] of [
      ['GET', path],
      ['DELETE', path],
      ['PATCH', path, { status: 'enabled' }],
      ['POST', `${path}/rotate`],
      ['POST', `${path}/test`],
    ] as const)
      assert.deepEqual(verdict(await shop.call(method, under, payload)), [404, 'not_found', undefined])
    const listed = (await shop.call('GET', 'webhooks?limit=100')).body.data as Body[]
    assert.ok(listed.every((endpoint) => endpoint.id !== id))
  })

  test('of another merchant, absent ids and words that are no ids: the same answer', async () => {
    const other = await newShop()
    const { id } = await other.newEndpoint('theirs')
    for (const name of [id, newId('webhook_endpoint'), newId('event'), 'x', 'we_', '%00'])
      for (const [method, under] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/rotate'],
        ['POST', '/test'],
      ] as const) {
        const { status, body } = await shop.call(
          method,
          `webhooks/${name}${under}`,
          method === 'PATCH' ? {} : undefined,
        )
        assert.deepEqual([status, body.error], [404, 'not_found'], `${method} ${name}${under}`)
      }
    assert.equal((await other.call('GET', `webhooks/${id}`)).status, 200)
  })

  test('the default one is listed with the others, may lose its URL, and cannot be deleted', async () => {
    const { call, tenant, newEvent } = await newShop()
    const [only, ...more] = (await call('GET', 'webhooks')).body.data as Body[]
    assert.ok(only)
    assert.equal(more.length, 0)
    assert.deepEqual([only.is_default, only.url], [true, `${receiver.url}/default`])
    const path = `webhooks/${String(only.id)}`
    assert.deepEqual(verdict(await call('DELETE', path)), [409, 'webhook_endpoint_is_default', undefined])

    assert.equal((await call('PATCH', path, { url: null })).body.url, null)
    assert.deepEqual(verdict(await call('POST', `${path}/test`)), [400, 'invalid_request', 'url'])
    await newEvent()
    assert.deepEqual(await work(), [])
    await newEvent(`${receiver.url}/own`)
    assert.deepEqual(await work(), ['/own'])
    await setDefaultUrl(ctx.db, tenant, `${receiver.url}/again`)
    await newEvent()
    assert.deepEqual(await work(), ['/again'])
  })

  test('sixteen are the most, however many ask at once; one that is deleted makes room', async () => {
    const { call } = await newShop()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', 'webhooks', { url: URL_OK })),
    )
    const made = answers.filter(({ status }) => status === 201)
    assert.equal(made.length, 15)
    const refused = answers.filter(({ status }) => status !== 201)
    assert.ok(refused.every(({ body }) => body.error === 'too_many_webhook_endpoints'))
    assert.equal((await call('POST', 'webhooks', { url: URL_OK })).status, 409)
    await call('DELETE', `webhooks/${String(made[0]?.body.id)}`)
    assert.equal((await call('POST', 'webhooks', { url: URL_OK })).status, 201)
    assert.equal((await call('POST', 'webhooks', { url: URL_OK })).status, 409)
  })

  test('are listed newest first, in pages and from cursors', async () => {
    const { call } = await newShop()
    for (let n = 0; n < 4; n++) await call('POST', 'webhooks', { url: `${URL_OK}/${n}` })
    const list = async (query: string) => {
      const { status, body } = await call('GET', `webhooks?${query}`)
      assert.equal(status, 200)
      assert.equal(body.object, 'list')
      const ids = (body.data as Body[]).map(({ id }) => String(id))
      return { ids, has_more: body.has_more, pagination: body.pagination }
    }
    const { ids } = await list('')
    assert.equal(ids.length, 5)
    assert.deepEqual(ids, ids.toSorted().toReversed())
    const cases: [string, number, number, boolean, number][] = [
      ['limit=2', 0, 2, true, 1],
      ['limit=2&page=2', 2, 4, true, 2],
      ['limit=2&page=3', 4, 5, false, 3],
      ['limit=2&page=4', 5, 5, false, 4],
      [`limit=2&starting_after=${ids[1]}`, 2, 4, true, 1],
      [`limit=2&starting_after=${ids[2]}`, 3, 5, false, 1],
      [`limit=2&ending_before=${ids[4]}`, 2, 4, true, 1],
      [`limit=2&ending_before=${ids[2]}`, 0, 2, false, 1],
      [`limit=2&ending_before=${ids[1]}`, 0, 1, false, 1],
    ]
    for (const [query, from, to, has_more, page] of cases)
      assert.deepEqual(
        await list(query),
        {
          ids: ids.slice(from, to),
          has_more,
          pagination: { page, limit: 2, total: 5, total_pages: 3 },
        },
        query,
      )
    for (const [query, param] of [
      ['limit=0', 'limit'],
      ['starting_after=evt_1', 'starting_after'],
      ['status=enabled', 'status'],
    ] as const)
      assert.deepEqual(verdict(await call('GET', `webhooks?${query}`)), [400, 'invalid_request', param])
  })

  test('take https only in live mode', async () => {
    const live = await newMerchant(ctx, { mode: 'live', webhook_url: null })
    const ask = async (method: 'POST' | 'PATCH', path: string, url: string) => {
      const headers = { authorization: `Bearer ${live.api_key}` }
      const answer = await app.inject({ method, url: `/v1/${path}`, headers, payload: { url } })
      return { status: answer.statusCode, body: answer.json<Body>() }
    }
    assert.deepEqual(verdict(await ask('POST', 'webhooks', 'http://shop.example/')), [
      400,
      'invalid_request',
      'url',
    ])
    const { status, body } = await ask('POST', 'webhooks', 'HTTPS://shop.example/')
    assert.deepEqual([status, body.livemode], [201, true])
    const path = `webhooks/${String(body.id)}`
    assert.deepEqual(verdict(await ask('PATCH', path, 'http://shop.example/')), [
      400,
      'invalid_request',
      'url',
    ])
    assert.deepEqual(verdict(await shop.call('GET', path)), [404, 'not_found', undefined])
  })
})

describe('an event', () => {
  test('goes to the endpoints that listen to its type', async () => {
    const { newEndpoint, newEvent, call } = await newShop()
    await newEndpoint('all')
    await newEndpoint('expired', { events: ['payout.sent', 'checkout.expired'] })
    await newEndpoint('payouts', { events: ['payout.sent', 'payout.failed'] })
    const off = await newEndpoint('off')
    await call('PATCH', `webhooks/${off.id}`, { status: 'disabled' })
    const gone = await newEndpoint('gone')
    await call('DELETE', `webhooks/${gone.id}`)
    await newEvent()
    assert.deepEqual(await work(), ['/all', '/default', '/expired'])
  })

  test('on its way to an endpoint that is disabled or deleted ends there, for good', async () => {
    const { newEndpoint, newEvent, call } = await newShop({ webhook_url: null })
    const [a, b, c] = [await newEndpoint('a'), await newEndpoint('b'), await newEndpoint('c')]
    const event = await newEvent()
    receiver.answer(500)
    assert.deepEqual(await work(), ['/a', '/b', '/c'])
    receiver.answer(200)
    await call('PATCH', `webhooks/${a.id}`, { status: 'disabled' })
    await call('DELETE', `webhooks/${b.id}`)
    await call('PATCH', `webhooks/${a.id}`, { status: 'enabled' })
    await ctx.db.query('update webhook_delivery set wake_at = now() where event_id = $1', [event])
    await ctx.db.query('update webhook_queue set due_at = now() where endpoint_id = $1', [c.id])
    assert.deepEqual(await work(), ['/c'])
    const rows = (await deliveriesOf(ctx, event)).map(({ endpoint_id, state, diagnosis }) => [
      endpoint_id,
      state,
      diagnosis,
    ])
    assert.deepEqual(rows, [
      [a.id, 'failed', 'the endpoint was disabled'],
      [b.id, 'failed', 'the endpoint was deleted'],
      [c.id, 'succeeded', '200: accepted'],
    ])
    await newEvent()
    assert.deepEqual(await work(), ['/a', '/c'])
  })

  test('whose delivery was made in the moment its endpoint was disabled ends as well', async () => {
    const { newEndpoint, newEvent, tenant } = await newShop({ webhook_url: null })
    const { id } = await newEndpoint('late')
    await newEvent()
    await fanOut()
    // As if fan-out had read the endpoint before it was disabled, and committed after.
    await ctx.db.query(
      `update webhook_endpoint set status = 'disabled', disabled_reason = 'by_merchant' where id = $1`,
      [id],
    )
    assert.deepEqual(await work(), [])
    const { rows } = await ctx.db.query(
      'select state, tries, last_diagnosis from webhook_delivery where merchant_id = $1',
      [tenant.merchant_id],
    )
    assert.deepEqual(rows, [{ state: 'failed', tries: 0, last_diagnosis: 'the endpoint was switched off' }])
  })
})

describe('POST /v1/webhooks/{id}/test', () => {
  test('makes an event that arrives at that endpoint alone, signed, whatever it listens to', async () => {
    const { newEndpoint, call } = await newShop()
    await newEndpoint('other')
    const { id, secret: _secret, ...shown } = await newEndpoint('mine', { events: ['payout.failed'] })
    const { status, body } = await call('POST', `webhooks/${id}/test`)
    assert.equal(status, 201)
    assert.deepEqual(
      [body.object, body.type, body.livemode, body.data],
      ['event', 'webhook.test', false, { id, ...shown }],
    )
    assert.deepEqual(await work(), ['/mine'])
    assert.deepEqual(JSON.parse(String(receiver.received[0]?.body)), body)
    assert.deepEqual((await call('GET', `events/${String(body.id)}`)).body, body)
  })

  test('is refused for an endpoint that is disabled, and takes no body', async () => {
    const { newEndpoint, call } = await newShop()
    const { id } = await newEndpoint('off')
    const path = `webhooks/${id}/test`
    assert.deepEqual(verdict(await call('POST', path, { type: 'x' })), [400, 'invalid_request', 'type'])
    await call('PATCH', `webhooks/${id}`, { status: 'disabled' })
    assert.deepEqual(verdict(await call('POST', path)), [409, 'webhook_endpoint_disabled', undefined])
    assert.deepEqual(await work(), [])
  })
})
