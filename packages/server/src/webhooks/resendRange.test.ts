import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Body, webhookBench } from '../../../../test/support/webhookBench.ts'
import { newId } from '../lib/ids.ts'

const { ctx, receiver, newShop, work } = await webhookBench()

type Shop = Awaited<ReturnType<typeof newShop>>
const verdict = ({ status, body }: { status: number; body: Body }) => [status, body.error, body.param]
const resend = (shop: Shop, id: string, body?: unknown, headers?: Record<string, string>) =>
  shop.call('POST', `webhooks/${id}/resend`, body, headers)
const events = async (shop: Shop, query: string) =>
  ((await shop.call('GET', `events?${query}`)).body.data ?? []) as { id: string; sequence: number }[]
const missed = (shop: Shop, id: string) => events(shop, `unacknowledged_by=${id}&limit=100`)
const resends = async (shop: Shop, query = '') =>
  (await shop.call('GET', `events/resends${query}`)).body as unknown as {
    data: { sequence: number; event_id: string; webhook_id: string | null; event: { id: string } }[]
    has_more: boolean
  }

/** An endpoint that accepted every second of six events and lost the others for good. */
async function afterTrouble() {
  const shop = await newShop({ webhook_url: null })
  const { id } = await shop.newEndpoint('mended')
  const made: string[] = []
  for (let n = 0; n < 6; n++) {
    receiver.answer(n % 2 === 0 ? 200 : 500)
    made.push(await shop.newEvent())
    await work()
  }
  receiver.answer(200)
  receiver.received.length = 0
  const sequences = (await events(shop, 'after=0')).map(({ sequence }) => sequence)
  assert.deepEqual(sequences, [1, 2, 3, 4, 5, 6])
  return { shop, id, made }
}
/** Ids of what came, those that were made first first. */
const arrived = () => receiver.received.map(({ event }) => event.id).toSorted((a, b) => (a < b ? -1 : 1))

describe('GET /v1/events?unacknowledged_by=', () => {
  test('tells what the endpoint has not accepted, oldest first', async () => {
    const { shop, id, made } = await afterTrouble()
    const lost = [made[1], made[3], made[5]]
    assert.deepEqual(
      (await missed(shop, id)).map((event) => event.id),
      lost,
    )
    const { body } = await shop.call('GET', `events?unacknowledged_by=${id}&after=2&limit=1`)
    const page = body as unknown as { data: { id: string }[]; has_more: boolean; pagination: object }
    assert.deepEqual(
      [page.data.map((event) => event.id), page.has_more, page.pagination],
      [[made[3]], true, { page: 1, limit: 1, total: 3, total_pages: 3 }],
    )
    assert.deepEqual(page.data[0], (await shop.call('GET', `events/${made[3]}`)).body)
    // Given up is not accepted either, and neither is what happens while it is off.
    await ctx.db.query(
      `update webhook_delivery set state = 'failed', finished_at = now() where endpoint_id = $1`,
      [id],
    )
    assert.equal((await missed(shop, id)).length, 3)
    assert.deepEqual(await missed(shop, (await shop.newEndpoint('new')).id), [])
  })

  test('an endpoint that is not there, and parameters that exclude each other', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const { id } = await shop.newEndpoint('mine')
    const { id: theirs } = await other.newEndpoint('theirs')
    for (const absent of [theirs, newId('webhook_endpoint'), 'x'])
      assert.deepEqual(verdict(await shop.call('GET', `events?unacknowledged_by=${absent}`)), [
        404,
        'not_found',
        'unacknowledged_by',
      ])
    for (const other of ['page=1', 'type=payout.sent', `starting_after=${newId('event')}`])
      assert.deepEqual(verdict(await shop.call('GET', `events?unacknowledged_by=${id}&${other}`)), [
        400,
        'invalid_request',
        'unacknowledged_by',
      ])
  })
})

describe('POST /v1/webhooks/{id}/resend', () => {
  test('without a body: everything that was not accepted, and nothing else', async () => {
    const { shop, id, made } = await afterTrouble()
    const { status, body } = await resend(shop, id)
    assert.equal(status, 200)
    assert.deepEqual(body, {
      object: 'webhook_resend',
      webhook_id: id,
      resent: 3,
      last_sequence: 6,
      has_more: false,
    })
    await work()
    assert.deepEqual(arrived(), [made[1], made[3], made[5]])
    assert.deepEqual(await missed(shop, id), [])
    assert.deepEqual((await resend(shop, id)).body, { ...body, resent: 0, last_sequence: 0 })
    assert.deepEqual(await work(), [])
  })

  test('a range, of what was missed or of all', async () => {
    const { shop, id, made } = await afterTrouble()
    const range = { after_sequence: 1, to_sequence: 4 }
    assert.deepEqual((await resend(shop, id, range)).body.resent, 2)
    await work()
    assert.deepEqual(arrived(), [made[1], made[3]])
    receiver.received.length = 0
    const all = await resend(shop, id, { ...range, only: 'all' })
    assert.deepEqual([all.body.resent, all.body.last_sequence], [3, 4])
    await work()
    assert.deepEqual(arrived(), made.slice(1, 4))
  })

  test('of all, not what the endpoint does not listen to, nor tests of others', async () => {
    const shop = await newShop({ webhook_url: null })
    const { id } = await shop.newEndpoint('all')
    const { id: picky } = await shop.newEndpoint('picky', { events: ['payout.sent'] })
    await shop.newEvent()
    await shop.call('POST', `webhooks/${picky}/test`)
    await shop.call('POST', `webhooks/${id}/test`)
    await work()
    assert.deepEqual((await resend(shop, id, { only: 'all' })).body.resent, 2)
    assert.deepEqual((await resend(shop, picky, { only: 'all' })).body, {
      object: 'webhook_resend',
      webhook_id: picky,
      resent: 1,
      last_sequence: 3,
      has_more: false,
    })
    assert.deepEqual(await work(), ['/all', '/all', '/picky'])
  })

  test('what happened while we had it switched off comes with one call, to the URL of today', async () => {
    const { shop, id, made } = await afterTrouble()
    await ctx.db.query(
      `update webhook_endpoint set status = 'disabled', disabled_reason = 'failing' where id = $1`,
      [id],
    )
    assert.deepEqual(verdict(await resend(shop, id)), [409, 'webhook_endpoint_disabled', undefined])
    const during = await shop.newEvent()
    await work()
    assert.deepEqual(arrived(), [])
    await shop.call('PATCH', `webhooks/${id}`, { status: 'enabled', url: `${receiver.url}/elsewhere` })
    assert.equal((await resend(shop, id)).body.resent, 4)
    assert.deepEqual(await work(), ['/elsewhere', '/elsewhere', '/elsewhere', '/elsewhere'])
    assert.deepEqual(arrived(), [made[1], made[3], made[5], during])
  })

  test('a thousand at a time, each once, until none is left', async () => {
    const shop = await newShop({ webhook_url: null })
    const { id } = await shop.newEndpoint('many')
    const { merchant_id } = shop.tenant
    await ctx.db.query(
      `with e as (
         insert into event (merchant_id, livemode, id, sequence, type, object_id, data, fanned_out_at)
         select $1, false, 'evt_' || lpad(n::text, 26, '0'), n, 'payout.sent', 'po_1', '{}', now()
         from generate_series(1, 2100) n returning id, sequence),
       c as (insert into event_counter (merchant_id, livemode, last_sequence) values ($1, false, 2100))
       insert into webhook_delivery (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin, state,
         finished_at)
       select $1, false, 'whd_' || lpad(sequence::text, 26, '0'), id, sequence, $2, $3, $3, 'failed', now() from e`,
      [merchant_id, id, receiver.url],
    )
    const answers: Body[] = []
    for (let after_sequence = 0, more = true; more; ) {
      const { body } = await resend(shop, id, { after_sequence })
      answers.push(body)
      after_sequence = Number(body.last_sequence)
      more = Boolean(body.has_more)
    }
    assert.deepEqual(
      answers.map(({ resent, last_sequence, has_more }) => [resent, last_sequence, has_more]),
      [
        [1000, 1000, true],
        [1000, 2000, true],
        [100, 2100, false],
      ],
    )
    const { rows } = await ctx.db.query(
      `select count(*)::int n, count(distinct event_id)::int events, min(sequence)::int first, max(sequence)::int last,
         bool_and(endpoint_id = $2) only from event_resend where merchant_id = $1`,
      [merchant_id, id],
    )
    assert.deepEqual(rows, [{ n: 2100, events: 2100, first: 1, last: 2100, only: true }])
    const pending = await ctx.db.query(
      `select from webhook_delivery where merchant_id = $1 and state = 'pending' and wake_at <= now()`,
      [merchant_id],
    )
    assert.equal(pending.rows.length, 2100)
  })

  test('once per Idempotency-Key', async () => {
    const { shop, id } = await afterTrouble()
    const key = { 'idempotency-key': newId('request') }
    const first = await resend(shop, id, {}, key)
    const again = await resend(shop, id, {}, key)
    assert.deepEqual([again.text, again.replayed], [first.text, true])
    assert.equal((await resends(shop)).data.length, 3)
  })

  test('what cannot be', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const { id } = await shop.newEndpoint('mine')
    const { id: theirs } = await other.newEndpoint('theirs')
    for (const absent of [theirs, newId('webhook_endpoint'), newId('event'), 'x'])
      assert.deepEqual(verdict(await resend(shop, absent)), [404, 'not_found', undefined])
    for (const [body, param] of [
      [{ after_sequence: -1 }, 'after_sequence'],
      [{ to_sequence: 1.5 }, 'to_sequence'],
      [{ to_sequence: 1e15 }, 'to_sequence'],
      [{ only: 'failed' }, 'only'],
      [{ limit: 1 }, 'limit'],
    ] as const)
      assert.deepEqual(verdict(await resend(shop, id, body)), [400, 'invalid_request', param])
  })
})

describe('GET /v1/events/resends', () => {
  test('what was sent again, by one or by range, oldest first, to whom', async () => {
    const { shop, id, made } = await afterTrouble()
    await shop.call('POST', `events/${made[0]}/resend`)
    await work()
    await resend(shop, id, { to_sequence: 4 })
    const { data, has_more } = await resends(shop)
    assert.equal(has_more, false)
    assert.deepEqual(
      data.map(({ sequence, event_id, webhook_id }) => [sequence, event_id, webhook_id]),
      [
        [1, made[0], null],
        [2, made[1], id],
        [3, made[3], id],
      ],
    )
    assert.deepEqual(data[0]?.event, (await shop.call('GET', `events/${made[0]}`)).body)
    const page = await resends(shop, '?after=1&limit=1')
    assert.deepEqual([page.data, page.has_more], [data.slice(1, 2), true])
    assert.deepEqual(await resends(shop, '?after=3'), { object: 'list', data: [], has_more: false })
    assert.deepEqual((await resends(await newShop())).data, [])
    for (const [query, param] of [
      ['after=-1', 'after'],
      ['page=1', 'page'],
      ['limit=101', 'limit'],
    ])
      assert.deepEqual(verdict(await shop.call('GET', `events/resends?${query}`)), [
        400,
        'invalid_request',
        param,
      ])
  })
})
