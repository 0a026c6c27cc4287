import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayApp, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { seedPayout } from '../../../../test/support/seedLists.ts'
import { newId } from '../lib/ids.ts'

const { ctx, app, close } = await gatewayApp()
after(close)

const [shop, otherShop] = [await newMerchant(ctx), await newMerchant(ctx)]
const DAY = Date.UTC(2026, 0, 31)
const seed = async (minutes: number, state?: 'queued' | 'held', { merchant_id } = shop, livemode = false) =>
  await seedPayout(
    ctx.db,
    { merchant_id, livemode },
    { created_at: DAY + minutes * 60_000, ...(state && { state }) },
  )
const oldest = await seed(-1)
const held = await seed(0, 'held')
const middle = await seed(61)
const newest = await seed(3 * 24 * 60)
const theirs = await seed(30, 'queued', otherShop)
await seed(40, 'queued', shop, true)

type List = { data: { id: string }[]; has_more: boolean; pagination: object; error?: string; param?: string }
async function get(path: string, api_key = shop.api_key) {
  const answer = await app.inject({ url: path, headers: { authorization: `Bearer ${api_key}` } })
  const text = answer.body.replace(/req_[0-9a-z]{26}/, 'req_')
  return { status: answer.statusCode, body: answer.json<List & Record<string, unknown>>(), text }
}
const list = async (query: string) => (await get(`/v1/payouts?${query}`)).body.data.map(({ id }) => id)

describe('GET /v1/payouts', () => {
  test('newest first, each as GET /v1/payouts/{id} shows it, of this merchant and mode only', async () => {
    const { status, body } = await get('/v1/payouts')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['object', 'data', 'has_more', 'pagination'])
    assert.deepEqual(body.pagination, { page: 1, limit: 20, total: 4, total_pages: 1 })
    assert.deepEqual(
      body.data.map(({ id }) => id),
      [newest, middle, held, oldest],
    )
    assert.deepEqual(body.data[2], (await get(`/v1/payouts/${held}`)).body)
    assert.deepEqual(await list('limit=3&page=2'), [oldest])
    assert.deepEqual(await list(`starting_after=${middle}`), [held, oldest])
    assert.deepEqual(await list(`limit=1&ending_before=${held}`), [middle])
  })

  test('filters by status and time, and counts what it leaves', async () => {
    const of = async (query: string) => {
      const { data, pagination } = (await get(`/v1/payouts?${query}`)).body
      return [data.map(({ id }) => id), (pagination as { total: number }).total]
    }
    assert.deepEqual(await of('status=held'), [[held], 1])
    assert.deepEqual(await of('status=pending'), [[newest, middle, oldest], 3])
    assert.deepEqual(await of('status=failed'), [[], 0])
    assert.deepEqual(await of('from=2026-01-31&to=2026-01-31T01:01:00Z'), [[middle, held], 2])
    assert.deepEqual(await of('status=pending&from=2026-01-31'), [[newest, middle], 2])
  })

  const bad: [string, string][] = [
    ['status=queued', 'status'],
    [`starting_after=${newId('transaction')}`, 'starting_after'],
    ['limit=0', 'limit'],
    ['merchant_id=mer_1', 'merchant_id'],
  ]
  for (const [query, param] of bad) {
    test(`refuses ?${query.replaceAll(/_0\w+/g, '_…')}`, async () => {
      const { status, body } = await get(`/v1/payouts?${query}`)
      assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', param])
    })
  }
})

describe('GET /v1/payouts/{id}', () => {
  test('another merchant’s is as absent as one that never was', async () => {
    const absent = await get(`/v1/payouts/${newId('payout')}`)
    assert.equal(absent.status, 404)
    for (const id of [theirs, 'x', newId('event')])
      assert.deepEqual((await get(`/v1/payouts/${id}`)).text, absent.text)
    assert.equal((await get(`/v1/payouts/${theirs}`, otherShop.api_key)).status, 200)
  })
})
