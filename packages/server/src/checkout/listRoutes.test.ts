import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { TEST_MODE, WALLET, gatewayApp, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { type SeededSession, idAt, seedSession, seedTransaction } from '../../../../test/support/seedLists.ts'
import { inTransaction } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import type { Tenant } from '../lib/tenant.ts'
import { listSweeps } from '../lists/jobs.ts'
import { type SessionStatus, SESSION_STATUSES } from './session.ts'
import { findSession } from '../../../../test/support/findSession.ts'
import { dueSessions, endSession } from './store.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
after(close)
const { db } = ctx

type List = {
  object: string
  data: { id: string; status: SessionStatus; created_at: string; metadata: Record<string, string> }[]
  has_more: boolean
  pagination: { page: number; limit: number; total: number; total_pages: number }
  error?: string
  param?: string
  message?: string
}

async function newShop() {
  const { merchant_id, api_key } = await newMerchant(ctx)
  const tenant: Tenant = { merchant_id, livemode: false }
  const get = async (query = '') => {
    const headers = { authorization: `Bearer ${api_key}` }
    const answer = await app.inject({ method: 'GET', url: `/v1/checkout${query}`, headers })
    return { status: answer.statusCode, body: answer.json<List>() }
  }
  const ids = async (query = '') => (await get(query)).body.data.map(({ id }) => id)
  const seed = (session: SeededSession) => seedSession(db, tenant, session)
  return { tenant, get, ids, seed }
}

const foldAll = async () => {
  for (const { run } of listSweeps(ctx)) while ((await run()) > 0);
}
const NOW = Date.now()
const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('GET /v1/checkout', () => {
  test('newest first, each as GET /v1/checkout/{id} shows it, of this merchant and mode only', async () => {
    const shop = await newShop()
    const other = await newShop()
    const seeded: string[] = []
    for (let n = 0; n < 5; n++) {
      await other.seed({ created_at: NOW - n * 1000 })
      await seedSession(db, { ...shop.tenant, livemode: true }, { created_at: NOW - n * 1000 })
      seeded.push(await shop.seed({ created_at: NOW - n * 1000 }))
    }
    const { status, body } = await shop.get('?limit=2')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['object', 'data', 'has_more', 'pagination'])
    assert.deepEqual(
      [body.object, body.has_more, body.pagination],
      ['list', true, { page: 1, limit: 2, total: 5, total_pages: 3 }],
    )
    const [first] = body.data
    assert.deepEqual(first, (await shop.get(`/${first?.id}`)).body)
    assert.deepEqual(await shop.ids(), seeded)
    const third = (await shop.get('?limit=2&page=3')).body
    assert.deepEqual([third.data.map(({ id }) => id), third.has_more], [seeded.slice(4), false])
    assert.deepEqual((await shop.get('?page=9')).body.data, [])
  })

  test('an empty list is a list', async () => {
    const { body } = await (await newShop()).get()
    const pagination = { page: 1, limit: 20, total: 0, total_pages: 0 }
    assert.deepEqual(body, { object: 'list', data: [], has_more: false, pagination })
  })

  test('sessions that are created through the API are counted', async () => {
    const { merchant_id, api_key } = await newMerchant(ctx, { wallets: { USDT: WALLET } })
    const headers = { authorization: `Bearer ${api_key}` }
    const create = async () => {
      const payload = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }
      const answer = await app.inject({ method: 'POST', url: '/v1/checkout', headers, payload })
      assert.equal(answer.statusCode, 201)
      return answer.json<{ id: string }>().id
    }
    const [first] = await Promise.all([create(), create(), create()])
    const total = async (query: string) => {
      const answer = await app.inject({ method: 'GET', url: `/v1/checkout${query}`, headers })
      return answer.json<List>().pagination.total
    }
    const totals = async () => [
      await total(''),
      await total('?status=failed'),
      await total('?status=pending'),
    ]
    assert.deepEqual(await totals(), [3, 0, 3])
    const ref = { merchant_id, livemode: false, id: first }
    await inTransaction(db, (tx) => endSession(tx, ref, 'failed', null))
    assert.deepEqual(await totals(), [3, 1, 2])
  })
})

describe('status', () => {
  test('is what the objects show, also before the sweep has written it down', async () => {
    const shop = await newShop()
    const past = { created_at: NOW - 2 * HOUR, expires_in: 3600 }
    const charged = await shop.seed(past)
    await seedTransaction(db, shop.tenant, { created_at: NOW, session_id: charged, state: 'authorizing' })
    const declined = await shop.seed(past)
    await seedTransaction(db, shop.tenant, { created_at: NOW, session_id: declined, state: 'declined' })
    // A charge whose outcome stays unknown keeps its session pending for as long as that takes.
    const stuck = await shop.seed({ created_at: NOW - 40 * 24 * HOUR })
    await seedTransaction(db, shop.tenant, { created_at: NOW, session_id: stuck, state: 'capturing' })
    const expected: Record<SessionStatus, string[]> = {
      pending: [
        await shop.seed({ created_at: NOW }),
        await shop.seed({ created_at: NOW - 24 * HOUR + MINUTE, expires_in: 86_400 }),
        charged,
        stuck,
      ],
      expired: [
        await shop.seed({ created_at: NOW - 5 * HOUR, status: 'expired' }),
        await shop.seed(past),
        declined,
      ],
      completed: [await shop.seed({ created_at: NOW - 3 * HOUR, status: 'completed' })],
      failed: [await shop.seed({ created_at: NOW - 4 * HOUR, status: 'failed' })],
    }
    assert.equal((await dueSessions(db, 100)).length, 2)
    for (const fold of [false, true]) {
      if (fold) await foldAll()
      for (const status of SESSION_STATUSES) {
        const { body } = await shop.get(`?status=${status}`)
        assert.deepEqual(
          body.data.map(({ id }) => id),
          expected[status].toSorted().toReversed(),
        )
        assert.ok(body.data.every((session) => session.status === status))
        assert.equal(body.pagination.total, expected[status].length)
        for (const id of expected[status])
          assert.equal((await findSession(db, { ...shop.tenant, id }))?.status, status)
      }
    }
    // Both places that hold expired sessions are walked as one list.
    const walked: string[] = []
    for (let page = await shop.ids('?status=expired&limit=1'); page.length > 0; ) {
      walked.push(...page)
      page = await shop.ids(`?status=expired&limit=1&starting_after=${page.at(-1)}`)
    }
    assert.deepEqual(walked, expected.expired.toSorted().toReversed())
    assert.deepEqual(await shop.ids('?status=expired&limit=1&page=2'), walked.slice(1, 2))
    assert.deepEqual(await shop.ids(`?status=expired&limit=1&ending_before=${walked[2]}`), walked.slice(1, 2))
  })
})

describe('from and to', () => {
  test('with any status and window, list and total hold the same sessions as the objects themselves', async () => {
    const shop = await newShop()
    const MONTH = Date.UTC(2026, 3)
    const times = [
      -45 * 24 * HOUR,
      -HOUR - 1,
      -HOUR,
      -1,
      0,
      1,
      HOUR - 1,
      HOUR,
      90 * MINUTE,
      26 * HOUR,
      50 * 24 * HOUR,
    ]
    const all: { id: string; at: number; status: SessionStatus }[] = []
    for (const [index, shift] of times.entries()) {
      for (const status of SESSION_STATUSES.slice(index % 2)) {
        const at = MONTH + shift
        const id = await shop.seed({ created_at: at, status })
        all.push({ id, at, status: status === 'pending' ? 'expired' : status })
      }
    }
    // The two clocks need not agree.
    for (const apart of [-9, 9]) {
      const at = MONTH + apart * MINUTE
      const id = await shop.seed({ created_at: at, status: 'completed', id_made_at: MONTH })
      all.push({ id, at, status: 'completed' })
    }
    const sorted = all.toSorted((a, b) => (a.id < b.id ? 1 : -1))
    const time = fc
      .tuple(fc.constantFrom(...times), fc.constantFrom(0, 0, -1, 1, -MINUTE, 30 * MINUTE))
      .map(([shift, more]) => MONTH + shift + more)
    const check = fc.asyncProperty(
      fc.option(time),
      fc.option(time),
      fc.option(fc.constantFrom(...SESSION_STATUSES)),
      async (from, to, status) => {
        const expected = sorted.filter(
          (session) =>
            (from === null || session.at >= from) &&
            (to === null || session.at <= to) &&
            (status === null || session.status === status),
        )
        const query = new URLSearchParams({ limit: '100' })
        if (from !== null) query.set('from', new Date(from).toISOString())
        if (to !== null) query.set('to', new Date(to).toISOString())
        if (status !== null) query.set('status', status)
        const { body } = await shop.get(`?${query}`)
        assert.deepEqual(
          body.data.map(({ id }) => id),
          expected.map(({ id }) => id),
        )
        assert.equal(body.pagination.total, expected.length)
      },
    )
    await fc.assert(check, { numRuns: 60 })
    await foldAll()
    await fc.assert(check, { numRuns: 60 })
  })

  test('a window of the far past or future is empty', async () => {
    const shop = await newShop()
    await shop.seed({ created_at: NOW })
    for (const query of [
      '?to=1970-01-01T00:00:00%2B14:00',
      '?from=9999-12-31T23:59:59-14:00',
      `?from=${new Date(NOW + 1).toISOString()}&to=${new Date(NOW).toISOString()}`,
    ]) {
      const { status, body } = await shop.get(query)
      assert.deepEqual([status, body.data, body.pagination.total], [200, [], 0], query)
    }
    const { body } = await shop.get('?from=1970-01-01T00:00:00%2B14:00&to=9999-12-31T23:59:59.999-14:00')
    assert.deepEqual([body.data.length, body.pagination.total], [1, 1])
  })
})

describe('metadata[order_id]', () => {
  test('finds the sessions of an order, whatever its name', async () => {
    const shop = await newShop()
    const other = await newShop()
    for (const order_id of ['ORD-1', '', 'Größe & "x"=y [z]', "'; drop table merchant; --"]) {
      const failed = await shop.seed({ created_at: NOW - 3000, status: 'failed', order_id })
      const past = await shop.seed({ created_at: NOW - 2 * HOUR, order_id })
      const open = await shop.seed({ created_at: NOW - 1000, order_id })
      await other.seed({ created_at: NOW - 500, order_id })
      await shop.seed({ created_at: NOW - 700, order_id: `${order_id}x` })
      const query = `?metadata[order_id]=${encodeURIComponent(order_id)}`
      const { body } = await shop.get(query)
      assert.deepEqual(
        body.data.map(({ id }) => id),
        [open, failed, past],
      )
      assert.equal(body.pagination.total, 3)
      const escaped = query.replace('[', '%5B').replace(']', '%5D')
      assert.deepEqual(await shop.ids(escaped), [open, failed, past])
      assert.deepEqual(await shop.ids(`${query}&status=expired`), [past])
      assert.equal((await shop.get(`${query}&status=expired`)).body.pagination.total, 1)
      assert.deepEqual(await shop.ids(`${query}&from=${new Date(NOW - HOUR).toISOString()}&limit=1&page=2`), [
        failed,
      ])
      assert.deepEqual(await shop.ids(`${query}&starting_after=${open}`), [failed, past])
    }
  })

  const refused: [string, string][] = [
    ['metadata=ORD-1', 'metadata'],
    ['metadata[sku]=1', 'metadata[sku]'],
    ['metadata[]=1', 'metadata[]'],
    ['metadata[order_id][]=1', 'metadata[order_id][]'],
    ['metadata.order_id=1', 'metadata.order_id'],
    ['metadata[order_id]=1&metadata[order_id]=2', 'metadata[order_id]'],
    ['metadata[order_id]=1&metadata[sku]=2', 'metadata[sku]'],
    ['metadata[order_id]=%00', 'metadata[order_id]'],
    [`metadata[order_id]=${'x'.repeat(501)}`, 'metadata[order_id]'],
    ['order_id=1', 'order_id'],
    ['status=paid', 'status'],
    ['status=pending&status=failed', 'status'],
    ['page=1001&limit=100', 'page'],
    [`page=1&starting_after=${newId('checkout_session')}`, 'page'],
    [
      `starting_after=${newId('checkout_session')}&ending_before=${newId('checkout_session')}`,
      'starting_after',
    ],
    [`starting_after=${newId('transaction')}`, 'starting_after'],
    ['starting_after=cs_1', 'starting_after'],
    ['ending_before=', 'ending_before'],
    [`ending_before=${newId('checkout_session')}x`, 'ending_before'],
    ['starting_after=a&starting_after=b', 'starting_after'],
    ['from=2026-02-30', 'from'],
    ['__proto__=1', '__proto__'],
  ]
  for (const [query, param] of refused) {
    test(`refuses ?${query.replaceAll(/_0\w+/g, '_…').slice(0, 60)}`, async () => {
      const { status, body } = await (await newShop()).get(`?${query}`)
      assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', param])
      if (/^metadata(?!\[order_id\]$)/.test(param)) assert.match(body.message ?? '', /order_id/)
    })
  }

  test('a page may be as deep as 100,000 sessions', async () => {
    assert.equal((await (await newShop()).get('?page=1000&limit=100')).status, 200)
  })
})

describe('cursors', () => {
  test('that never existed and that are another merchant’s give the same answer', async () => {
    const [shop, other] = [await newShop(), await newShop()]
    const [newer, theirs, older] = [
      await shop.seed({ created_at: NOW - 1000 }),
      await other.seed({ created_at: NOW - 2000 }),
      await shop.seed({ created_at: NOW - 3000 }),
    ]
    for (const cursor of [theirs, idAt('checkout_session', NOW - 2000)]) {
      const { status, body } = await shop.get(`?starting_after=${cursor}`)
      assert.deepEqual([status, body.data.map(({ id }) => id), body.has_more], [200, [older], false])
      assert.deepEqual(await shop.ids(`?ending_before=${cursor}`), [newer])
    }
  })

  test('ending_before reads towards newer sessions, newest first on each page', async () => {
    const shop = await newShop()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift(await shop.seed({ created_at: NOW + n }))
    const { body } = await shop.get(`?limit=2&ending_before=${ids[4]}`)
    assert.deepEqual([body.data.map(({ id }) => id), body.has_more], [ids.slice(2, 4), true])
    assert.deepEqual(body.pagination, { page: 1, limit: 2, total: 5, total_pages: 3 })
    const last = (await shop.get(`?limit=2&ending_before=${ids[2]}`)).body
    assert.deepEqual([last.data.map(({ id }) => id), last.has_more], [ids.slice(0, 2), false])
    assert.deepEqual(await shop.ids(`?ending_before=${ids[0]}`), [])
  })

  test('walk past every session once while others are created', async () => {
    const shop = await newShop()
    const other = await newShop()
    const created: string[] = []
    let clock = NOW
    const create = async () => {
      // Sessions of one millisecond are in no order but that of their ids.
      clock += created.length < 60 && created.length % 3 === 0 ? 0 : 1
      created.push(await shop.seed({ created_at: clock }))
      if (created.length % 5 === 0) await other.seed({ created_at: clock })
    }
    for (let n = 0; n < 60; n++) await create()
    clock++
    const there = created.toSorted().toReversed()
    const walk = async (limit: number, direction: 'starting_after' | 'ending_before', start: string) => {
      const walked: string[] = []
      for (let cursor = start, more = true; more; ) {
        const [{ body }] = await Promise.all([shop.get(`?limit=${limit}&${direction}=${cursor}`), create()])
        const ids = body.data.map(({ id }) => id)
        walked.push(...(direction === 'starting_after' ? ids : ids.toReversed()))
        cursor = walked.at(-1) ?? cursor
        more = body.has_more
      }
      return walked
    }
    for (const limit of [1, 3, 7, 100]) {
      const down = await walk(limit, 'starting_after', idAt('checkout_session', clock + HOUR))
      assert.deepEqual(down, down.toSorted().toReversed())
      assert.equal(new Set(down).size, down.length)
      assert.deepEqual(down.slice(-there.length), there)
      // Towards the newest, pages of one would never end: there is always one more.
      if (limit === 1) continue
      const up = await walk(limit, 'ending_before', there.at(-1) ?? '')
      assert.deepEqual(up, created.toSorted().slice(1, up.length + 1))
      assert.ok(up.length >= there.length - 1)
    }
  })
})
