import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayApp, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { publishAll } from '../../../../test/support/deliver.ts'
import { idAt } from '../../../../test/support/seedLists.ts'
import { inTransaction } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { EventType } from './event.ts'
import { recordEvent } from './record.ts'
import { insertEvent } from './store.ts'

const { ctx, app, close } = await gatewayApp()
after(close)

type Item = { id: string; sequence: number; type: string }
type List = {
  data: Item[]
  has_more: boolean
  pagination: { page: number; limit: number; total: number }
  error?: string
  param?: string
}

async function newShop() {
  const { merchant_id, api_key } = await newMerchant(ctx)
  const tenant: Tenant = { merchant_id, livemode: false }
  const record = (type: EventType = 'payout.sent', owner = tenant) =>
    inTransaction(ctx.db, (tx) =>
      recordEvent(tx, owner, { type, object_id: 'po_1', data: { id: 'po_1' }, webhook_url: null }),
    )
  const get = async (path: string) => {
    await publishAll(ctx)
    const answer = await app.inject({
      url: `/v1/events${path}`,
      headers: { authorization: `Bearer ${api_key}` },
    })
    const text = answer.body.replace(/req_[0-9a-z]{26}/, 'req_')
    return { status: answer.statusCode, body: answer.json<List & Record<string, unknown>>(), text }
  }
  const sequences = async (query: string) => (await get(query)).body.data.map(({ sequence }) => sequence)
  return { tenant, record, get, sequences }
}

describe('GET /v1/events', () => {
  test('newest first, each as it is posted to webhooks, of this merchant and mode only', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    for (const type of ['payout.sent', 'payout.completed', 'payout.sent', 'checkout.expired'] as const) {
      await shop.record(type)
      await shop.record(type, { ...shop.tenant, livemode: true })
      await other.record(type)
    }
    const { status, body } = await shop.get('')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['object', 'data', 'has_more', 'pagination'])
    assert.deepEqual(body.pagination, { page: 1, limit: 20, total: 4, total_pages: 1 })
    assert.deepEqual(
      body.data.map(({ sequence }) => sequence),
      [4, 3, 2, 1],
    )
    const [newest] = body.data
    assert.deepEqual(Object.keys(newest ?? {}), [
      'id',
      'object',
      'type',
      'created_at',
      'livemode',
      'sequence',
      'data',
    ])
    assert.deepEqual((await shop.get(`/${newest?.id}`)).body, newest)

    assert.deepEqual(await shop.sequences('?limit=3&page=2'), [1])
    assert.deepEqual(await shop.sequences('?type=payout.sent'), [3, 1])
    const typed = (await shop.get('?type=payout.sent&limit=1')).body
    assert.deepEqual([typed.has_more, typed.pagination.total], [true, 2])
    assert.equal((await shop.get('?type=payout.failed')).body.pagination.total, 0)
    assert.deepEqual((await (await newShop()).get('')).body.pagination.total, 0)
  })

  test('cursors follow the sequence, also where clocks made ids in another order', async () => {
    const shop = await newShop()
    const now = Date.now()
    const ids: string[] = []
    for (const shift of [0, 5, -400, 7, 6, -900, 8]) {
      const id = idAt('event', now + shift)
      const event = { id, type: 'payout.sent' as const, object_id: 'po_1', data: '{}', webhook_url: null }
      await inTransaction(ctx.db, (tx) => insertEvent(tx, shop.tenant, { ...event, endpoint_id: null }))
      ids.unshift(id)
    }
    for (const limit of [1, 2, 3]) {
      const walked: string[] = []
      for (let query = `?limit=${limit}`, more = true; more; ) {
        const { body } = await shop.get(query)
        walked.push(...body.data.map(({ id }) => id))
        more = body.has_more
        query = `?limit=${limit}&type=payout.sent&starting_after=${walked.at(-1)}`
      }
      assert.deepEqual(walked, ids)
    }
    const back = (await shop.get(`?limit=2&ending_before=${ids[5]}`)).body
    assert.deepEqual([back.data.map(({ id }) => id), back.has_more], [ids.slice(3, 5), true])
  })

  test('cursors that never existed and that are another merchant’s give the same answer', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    await shop.record()
    const theirs = await other.record()
    await new Promise((resolve) => setTimeout(resolve, 2))
    await shop.record()
    for (const cursor of [theirs, `${theirs.slice(0, 14)}${newId('event').slice(14)}`]) {
      const [older, newer] = [
        await shop.get(`?starting_after=${cursor}`),
        await shop.get(`?ending_before=${cursor}`),
      ]
      assert.deepEqual([older.status, newer.status], [200, 200])
      assert.deepEqual(
        [...older.body.data, ...newer.body.data].map(({ sequence }) => sequence).toSorted((a, b) => a - b),
        [1, 2],
      )
      assert.ok(newer.body.data.some(({ sequence }) => sequence === 2))
    }
    const before = idAt('event', 0)
    assert.deepEqual(await shop.sequences(`?starting_after=${before}`), [])
    assert.deepEqual(await shop.sequences(`?ending_before=${before}`), [2, 1])
  })
})

describe('GET /v1/events?after=', () => {
  test('oldest first, from the next sequence on', async () => {
    const shop = await newShop()
    for (const type of ['payout.sent', 'payout.held', 'payout.sent', 'payout.held', 'payout.sent'] as const)
      await shop.record(type)
    const { body } = await shop.get('?after=1&limit=2')
    assert.deepEqual(
      body.data.map(({ sequence }) => sequence),
      [2, 3],
    )
    assert.deepEqual(
      [body.has_more, body.pagination],
      [true, { page: 1, limit: 2, total: 5, total_pages: 3 }],
    )
    assert.deepEqual(await shop.sequences('?after=0'), [1, 2, 3, 4, 5])
    assert.deepEqual(await shop.sequences('?after=2&type=payout.held'), [4])
    const last = (await shop.get('?after=3&limit=2')).body
    assert.deepEqual([last.data.length, last.has_more], [2, false])
    assert.deepEqual(await shop.sequences('?after=5'), [])
    assert.deepEqual(await shop.sequences('?after=999999999999999'), [])
  })

  test('who goes on from the last one misses none, while twenty are recorded at a time', async () => {
    const shop = await newShop()
    let [recorded, writing] = [0, true]
    const write = async (worker: number) => {
      for (let n = 0; n < 5; n++) {
        const recording = inTransaction(ctx.db, async (tx) => {
          await recordEvent(tx, shop.tenant, {
            type: 'payout.sent',
            object_id: 'po',
            data: {},
            webhook_url: null,
          })
          if ((n + worker) % 4 === 0) throw new Error('lost')
        })
        await recording.then(
          () => recorded++,
          (error: Error) => assert.equal(error.message, 'lost'),
        )
      }
    }
    const pulled: number[] = []
    const pull = async () => {
      for (let done = false; !done; ) {
        done = !writing
        const page = await shop.sequences(`?after=${pulled.at(-1) ?? 0}&limit=7`)
        pulled.push(...page)
        if (page.length > 0) done = false
      }
    }
    const pulling = pull()
    await Promise.all(Array.from({ length: 20 }, (_, worker) => write(worker)))
    writing = false
    await pulling
    assert.equal(recorded, 75)
    assert.deepEqual(
      pulled,
      Array.from({ length: recorded }, (_, index) => index + 1),
    )
  })

  const refused: [string, string][] = [
    ['after=-1', 'after'],
    ['after=1.5', 'after'],
    ['after=', 'after'],
    ['after=1000000000000000', 'after'],
    ['after=1&after=2', 'after'],
    ['after=1&page=1', 'after'],
    [`after=1&starting_after=${newId('event')}`, 'after'],
    [`after=1&ending_before=${newId('event')}`, 'after'],
    [`page=1&starting_after=${newId('event')}`, 'page'],
    [`starting_after=${newId('payout')}`, 'starting_after'],
    ['type=payout.*', 'type'],
    ['type=payout.sent&type=payout.held', 'type'],
    ['type=', 'type'],
    ['status=pending', 'status'],
    ['from=2026-01-01', 'from'],
  ]
  for (const [query, param] of refused) {
    test(`refuses ?${query.replaceAll(/_0\w+/g, '_…')}`, async () => {
      const { status, body } = await (await newShop()).get(`?${query}`)
      assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', param])
    })
  }
})

describe('GET /v1/events/{id}', () => {
  test('another merchant’s is as absent as one that never was', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const theirs = await other.record()
    const live = await shop.record('payout.sent', { ...shop.tenant, livemode: true })
    const absent = await shop.get(`/${newId('event')}`)
    assert.equal(absent.status, 404)
    for (const id of [theirs, live, 'x', newId('payout')])
      assert.equal((await shop.get(`/${id}`)).text, absent.text)
    assert.equal((await other.get(`/${theirs}`)).status, 200)
  })
})
