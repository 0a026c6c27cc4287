import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { gatewayApp, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { seedTransaction } from '../../../../test/support/seedLists.ts'
import { newId } from '../lib/ids.ts'

const database = await testDatabase()
// The operator's PostgreSQL may run in any time zone.
await database.db.query(
  `do $$ begin execute format('alter database %I set timezone = %L', current_database(), 'America/New_York'); end $$`,
)
const { ctx, app, close } = await gatewayApp({}, database)
after(close)

const [shop, otherShop] = [await newMerchant(ctx), await newMerchant(ctx)]

const insert = (merchant_id: string, created_at: string, state = 'declined') =>
  seedTransaction(ctx.db, { merchant_id, livemode: false }, { created_at: Date.parse(created_at), state })

const DAYS = ['2026-01-01T12:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T04:59:59Z', '2026-01-03T00:00:00Z']
const ids: string[] = []
for (const [index, day] of DAYS.entries())
  ids.push(await insert(shop.merchant_id, day, index === 1 ? 'voided' : undefined))
const pending = await insert(shop.merchant_id, '2026-01-04T00:00:00Z', 'authorized')
const newest = [pending, ...ids.toReversed()]
await insert(otherShop.merchant_id, '2026-01-01T00:00:00Z')

type List = {
  object: string
  data: { id: string }[]
  pagination: { total: number }
  has_more: boolean
  error?: string
  param?: string
}
async function get(path: string, api_key = shop.api_key) {
  const answer = await app.inject({
    method: 'GET',
    url: path,
    headers: { authorization: `Bearer ${api_key}` },
  })
  return { status: answer.statusCode, body: answer.json<List & Record<string, unknown>>(), text: answer.body }
}
const list = async (query = '') => (await get(`/v1/transactions${query}`)).body.data.map(({ id }) => id)

describe('GET /v1/transactions', () => {
  test('newest first, in the documented envelope', async () => {
    const { status, body } = await get('/v1/transactions')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['object', 'data', 'has_more', 'pagination'])
    assert.deepEqual(body.pagination, { page: 1, limit: 20, total: 5, total_pages: 1 })
    assert.deepEqual(
      body.data.map(({ id }) => id),
      newest,
    )
  })

  test('pages and cursors walk the same list', async () => {
    const pages = [
      await list('?limit=2&page=1'),
      await list('?limit=2&page=2'),
      await list('?limit=2&page=3'),
    ]
    assert.deepEqual(pages, [newest.slice(0, 2), newest.slice(2, 4), newest.slice(4)])
    assert.deepEqual(await list('?limit=2&page=4'), [])
    const walked: string[] = []
    for (let next: string[] = await list('?limit=2'); next.length > 0; ) {
      walked.push(...next)
      next = await list(`?limit=2&starting_after=${next.at(-1)}`)
    }
    assert.deepEqual(walked, newest)
    assert.deepEqual(await list(`?limit=2&ending_before=${ids[0]}`), newest.slice(2, 4))
    const { body } = await get(`/v1/transactions?limit=2&ending_before=${newest[2]}`)
    assert.deepEqual([body.data.map(({ id }) => id), body.has_more], [newest.slice(0, 2), false])
  })

  test('filters by status and time, ends included', async () => {
    assert.deepEqual(await list('?status=pending'), [pending])
    assert.deepEqual(await list('?status=failed'), newest.slice(1))
    assert.deepEqual(await list('?status=completed'), [])
    assert.deepEqual(await list('?from=2026-01-02T04:59:59Z&to=2026-01-03T00:00:00Z'), [ids[3], ids[2]])
    assert.deepEqual(await list('?from=2026-01-03T01:00:00%2B01:00'), [pending, ids[3]])
    const total = async (query: string) => (await get(`/v1/transactions?${query}`)).body.pagination.total
    assert.equal(await total('status=pending'), 1)
    assert.equal(await total('status=failed&from=2026-01-02T00:00:00Z'), 3)
    assert.equal(await total('from=2026-01-02T04:59:59Z&to=2026-01-03T00:00:00Z'), 2)
  })

  test('a date alone is that day in UTC, wherever the database stands', async () => {
    assert.deepEqual(await list('?from=2026-01-02&to=2026-01-03'), [ids[3], ids[2], ids[1]])
  })

  const bad: [string, string][] = [
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['page=0', 'page'],
    ['status=paid', 'status'],
    ['status=', 'status'],
    ['from=yesterday', 'from'],
    ['from=2026-01-02T00:00:00', 'from'],
    ['from=2026-13-01', 'from'],
    ['from=2026-02-30', 'from'],
    ['from=0000-01-01', 'from'],
    ['to=2026-01-02T25:00:00Z', 'to'],
    ['starting_after=%00', 'starting_after'],
    [`starting_after=${newId('payout')}`, 'starting_after'],
    [`ending_before=${newId('event')}`, 'ending_before'],
    [`page=1&starting_after=${newId('transaction')}`, 'page'],
    [`page=2&ending_before=${newId('transaction')}`, 'page'],
    ['page=1001&limit=100', 'page'],
    ['metadata[order_id]=ORD-1', 'metadata[order_id]'],
    ['merchant_id=mer_1', 'merchant_id'],
    ['__proto__=1', '__proto__'],
  ]
  for (const [query, param] of bad) {
    test(`refuses ?${query.replaceAll(/_0\w+/g, '_…')}`, async () => {
      const { status, body } = await get(`/v1/transactions?${query}`)
      assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', param])
    })
  }
})

test('a zone that PostgreSQL does not know is no fault of the server', async () => {
  const { status } = await get('/v1/transactions?from=2026-01-02T00:00:00%2B23:59')
  assert.ok(status === 200 || status === 400, `${status}`)
})

describe('GET /v1/transactions/{id}', () => {
  test('has exactly the documented fields', async () => {
    const { status, body } = await get(`/v1/transactions/${ids[0]}`)
    assert.equal(status, 200)
    const { checkout_session_id, ...rest } = body
    assert.match(String(checkout_session_id), /^cs_/)
    assert.deepEqual(rest, {
      id: ids[0],
      object: 'transaction',
      livemode: false,
      amount: 49.99,
      currency: 'USD',
      payout_amount: null,
      payout_currency: 'USDT',
      fee_amount: 7.5,
      status: 'failed',
      customer_email: null,
      card_brand: null,
      card_last_four: null,
      failure_code: null,
      failure_message: null,
      metadata: { order_id: 'ORD-1' },
      conversion: null,
      payout_id: null,
      amount_refunded: 0,
      paid_out_at: null,
      created_at: '2026-01-01T12:00:00.000Z',
    })
  })

  test('another merchant’s is as absent as one that never was', async () => {
    const shape = async (path: string, key: string) => {
      const { status, text } = await get(path, key)
      return [status, text.replace(/req_[0-9a-z]{26}/, 'req_')]
    }
    const absent = await shape(`/v1/transactions/${newId('transaction')}`, shop.api_key)
    assert.equal(absent[0], 404)
    assert.deepEqual(await shape(`/v1/transactions/${ids[0]}`, otherShop.api_key), absent)
    assert.deepEqual(await shape('/v1/transactions/x', shop.api_key), absent)
  })
})
