import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Body, webhookBench } from '../../../../../test/support/webhookBench.ts'
import { newId } from '../../lib/ids.ts'

const { ctx, receiver, newShop, work } = await webhookBench()

type Shop = Awaited<ReturnType<typeof newShop>>
type Try = {
  id: string
  event_id: string
  webhook_id: string
  url: string
  attempt: number
  status: string
  diagnosis: string
  request: { method: string; headers: Record<string, string>; body?: string }
  response: { status: number; head: string } | null
  latency_ms: number
  next_attempt_at: string | null
  created_at: string
}
type Page = { object: string; data: Try[]; has_more: boolean }

const read = async (shop: Shop, path: string) => (await shop.call('GET', path)).body as unknown as Page
const verdict = ({ status, body }: { status: number; body: Body }) => [status, body.error, body.param]

describe('GET /v1/webhooks/{id}/deliveries', () => {
  test('shows each try: what was sent, what was answered, what is next', async () => {
    const shop = await newShop({ webhook_url: null })
    const { id } = await shop.newEndpoint('log')
    const event = await shop.newEvent()
    receiver.answer(500)
    await work()
    const list = await read(shop, `webhooks/${id}/deliveries`)
    assert.deepEqual(Object.keys(list), ['object', 'data', 'has_more'])
    const [one, ...more] = list.data
    assert.ok(one)
    assert.equal(more.length, 0)
    assert.match(one.id, /^wha_/)
    assert.deepEqual(
      [one.event_id, one.webhook_id, one.url, one.attempt, one.status],
      [event, id, `${receiver.url}/log`, 1, 'failed'],
    )
    assert.match(one.diagnosis, /^500: /)
    assert.equal(one.response?.status, 500)
    assert.match(one.response.head, /^HTTP\/1.1 500 /)
    const [got] = receiver.received
    assert.equal(one.request.headers['x-skiro-signature'], got?.signature)
    assert.deepEqual([one.request.method, 'body' in one.request], ['POST', false])
    assert.ok(one.latency_ms >= 0)
    assert.ok(Date.parse(String(one.next_attempt_at)) > Date.parse(one.created_at))
  })

  test('a server that does not answer: no response', async () => {
    const shop = await newShop({ webhook_url: null })
    const { body } = await shop.call('POST', 'webhooks', { url: 'http://127.0.0.1:9/' })
    await shop.newEvent()
    await work()
    const [one] = (await read(shop, `webhooks/${String(body.id)}/deliveries`)).data
    assert.deepEqual([one?.response, one?.status], [null, 'failed'])
    assert.match(String(one?.diagnosis), /connection refused/)
  })

  test('newest first, by status, by event, page after page', async () => {
    const shop = await newShop({ webhook_url: null })
    const { id } = await shop.newEndpoint('pages')
    const events: string[] = []
    for (const status of [200, 404, 200, 404, 200]) {
      receiver.answer(status)
      events.push(await shop.newEvent())
      await work()
    }
    const newest_first = events.toReversed()
    const path = `webhooks/${id}/deliveries`
    const told = (page: Page) => page.data.map(({ event_id }) => event_id)
    assert.deepEqual(told(await read(shop, path)), newest_first)
    assert.deepEqual(told(await read(shop, `${path}?status=failed`)), [events[3], events[1]])
    assert.deepEqual(told(await read(shop, `${path}?status=succeeded&limit=2`)), [events[4], events[2]])
    assert.deepEqual(told(await read(shop, `${path}?event_id=${events[1]}`)), [events[1]])
    assert.deepEqual(told(await read(shop, `${path}?event_id=${events[1]}&status=succeeded`)), [])
    for (const query of ['', '&status=succeeded', '&status=failed']) {
      const whole = told(await read(shop, `${path}?limit=100${query}`))
      const walked: string[] = []
      for (let after = '', more = true; more; ) {
        const page = await read(shop, `${path}?limit=1${query}${after}`)
        walked.push(...told(page))
        more = page.has_more
        after = `&starting_after=${page.data.at(-1)?.id}`
      }
      assert.deepEqual(walked, whole)
    }
  })

  test('not of others, of other modes, of endpoints that were deleted', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const { id } = await shop.newEndpoint('kept')
    const { id: theirs } = await other.newEndpoint('theirs')
    await shop.newEvent()
    await other.newEvent()
    await work()
    assert.equal((await read(shop, `webhooks/${id}/deliveries`)).data.length, 1)
    for (const absent of [theirs, newId('webhook_endpoint'), newId('event'), 'x'])
      assert.deepEqual(verdict(await shop.call('GET', `webhooks/${absent}/deliveries`)), [
        404,
        'not_found',
        undefined,
      ])
    await shop.call('DELETE', `webhooks/${id}`)
    assert.equal((await shop.call('GET', `webhooks/${id}/deliveries`)).status, 404)
  })

  for (const [query, param] of [
    ['status=pending', 'status'],
    ['limit=101', 'limit'],
    ['limit=0', 'limit'],
    [`starting_after=${newId('event')}`, 'starting_after'],
    ['page=1', 'page'],
    ['event_id=a&event_id=b', 'event_id'],
    ['event_id=%00', 'event_id'],
  ])
    test(`refuses ?${query?.replaceAll(/_0\w+/g, '_…')}`, async () => {
      const shop = await newShop()
      const { id } = await shop.newEndpoint('refused')
      const answer = await shop.call('GET', `webhooks/${id}/deliveries?${query}`)
      assert.deepEqual(verdict(answer), [400, 'invalid_request', param])
    })
})

describe('GET /v1/events/{id}/deliveries', () => {
  test('every try at every endpoint, with the bytes that were posted', async () => {
    const shop = await newShop()
    const { id } = await shop.newEndpoint('second')
    const event = await shop.newEvent()
    await work()
    await shop.call('POST', `events/${event}/resend`, { webhook_id: id })
    await work()
    await shop.call('DELETE', `webhooks/${id}`)
    const { data } = await read(shop, `events/${event}/deliveries`)
    assert.deepEqual(data.map(({ url }) => url.replace(receiver.url, '')).toSorted(), [
      '/default',
      '/second',
      '/second',
    ])
    assert.equal(data[0]?.url, `${receiver.url}/second`)
    for (const { request } of data) assert.equal(request.body, receiver.received[0]?.body)
    const first = await read(shop, `events/${event}/deliveries?limit=2`)
    assert.deepEqual([first.data, first.has_more], [data.slice(0, 2), true])
    const rest = await read(shop, `events/${event}/deliveries?starting_after=${data[1]?.id}`)
    assert.deepEqual([rest.data, rest.has_more], [data.slice(2), false])
  })

  test('another merchant’s, and none that was published: 404', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const theirs = await other.newEvent()
    for (const absent of [theirs, newId('event'), newId('payout'), 'x'])
      assert.equal((await shop.call('GET', `events/${absent}/deliveries`)).status, 404)
    assert.equal((await other.call('GET', `events/${theirs}/deliveries`)).status, 200)
    const { rows } = await ctx.db.query('select from event where id = $1', [theirs])
    assert.equal(rows.length, 1)
  })
})
