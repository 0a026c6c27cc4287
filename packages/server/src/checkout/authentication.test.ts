import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
after(close)

const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const revoked = await newMerchant(ctx, { wallets: { USDT: WALLET } })
await ctx.db.query('update api_key set revoked_at = now() where merchant_id = $1', [revoked.merchant_id])
const liveShop = await newMerchant(ctx, { mode: 'live' })

const BODY = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }
const JSON_TYPE = { 'content-type': 'application/json' }
const key = shop.api_key
const other = (c: string | undefined) => (c === 'A' ? 'B' : 'A')

const BAD_KEYS: Record<string, string | undefined> = {
  'no header': undefined,
  empty: '',
  'scheme only': 'Bearer',
  'no scheme': key,
  'other scheme': `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
  'two tokens': `Bearer ${key} ${key}`,
  'cut short': `Bearer ${key.slice(0, -1)}`,
  'too long': `Bearer ${key}A`,
  'wrong secret': `Bearer ${key.slice(0, -1)}${other(key.at(-1))}`,
  'unknown id': `Bearer sk_test_${other(key[8])}${key.slice(9)}`,
  'of the other mode': `Bearer ${key.replace('sk_test_', 'sk_live_')}`,
  revoked: `Bearer ${revoked.api_key}`,
  'quote in it': `Bearer sk_test_' or true --`,
}

type Request = { method: 'GET' | 'POST'; url: string; payload?: string; headers?: Record<string, string> }

async function send(request: Request, authorization: string | undefined) {
  const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) }
  return await app.inject({ ...request, headers })
}

const count = async () => (await ctx.db.query('select count(*) n from checkout_session')).rows[0]

/** Every bad key gets the same bytes, whatever else is wrong with the request. */
async function assertSame401(request: Request): Promise<void> {
  const before = await count()
  for (const [what, authorization] of Object.entries(BAD_KEYS)) {
    const answer = await send(request, authorization)
    const { request_id, ...body } = answer.json<Record<string, string>>()
    assert.deepEqual(
      { status: answer.statusCode, challenge: answer.headers['www-authenticate'], ...body },
      {
        status: 401,
        challenge: 'Bearer',
        error: 'invalid_api_key',
        message: 'The provided API key was not found or has been revoked.',
        doc_url: 'https://pay.example/docs/errors/invalid_api_key',
      },
      what,
    )
    assert.match(request_id ?? '', /^req_/)
  }
  assert.deepEqual(await count(), before)
}

const create = (payload: string, headers: Record<string, string> = JSON_TYPE): Request => ({
  method: 'POST',
  url: '/v1/checkout',
  payload,
  headers,
})

describe('a key that is not valid', () => {
  const id = `cs_${'0'.repeat(26)}`
  const requests: [string, Request][] = [
    ['create with a good body', create(JSON.stringify(BODY))],
    ['create with a bad amount', create(JSON.stringify({ ...BODY, amount: 49.999 }))],
    ['create with an unknown field', create(JSON.stringify({ ...BODY, fee: 0 }))],
    ['create with a coin that is not available', create(JSON.stringify({ ...BODY, payout_currency: 'BTC' }))],
    ['create with a coin without wallet', create(JSON.stringify({ ...BODY, payout_currency: 'USDC' }))],
    [
      'create with a bad Idempotency-Key',
      create(JSON.stringify(BODY), { ...JSON_TYPE, 'idempotency-key': 'é' }),
    ],
    ['create without a body', { method: 'POST', url: '/v1/checkout' }],
    ['create with a body that is not JSON', create('{"amount":')],
    ['create with a body of another type', create('amount=49.99', { 'content-type': 'text/plain' })],
    ['create with a body over 64 KB', create(JSON.stringify({ ...BODY, x: 'x'.repeat(70_000) }))],
    ['retrieve', { method: 'GET', url: `/v1/checkout/${id}` }],
    ['retrieve what is no id', { method: 'GET', url: '/v1/checkout/x' }],
    ['expire', { method: 'POST', url: `/v1/checkout/${id}/expire` }],
    ['expire with a body that is not JSON', { ...create('{'), url: `/v1/checkout/${id}/expire` }],
    ['list transactions', { method: 'GET', url: '/v1/transactions?limit=0' }],
    ['retrieve a transaction', { method: 'GET', url: '/v1/transactions/x' }],
    ['retrieve a payout', { method: 'GET', url: '/v1/payouts/x' }],
  ]
  for (const [what, request] of requests) {
    test(`is told only that: ${what}`, async () => {
      await assertSame401(request)
      // The same request with the good key gets another answer.
      assert.notEqual((await send(request, `Bearer ${key}`)).statusCode, 401)
    })
  }
})

describe('a key that is valid', () => {
  test('works, its scheme in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      assert.equal((await send(create(JSON.stringify(BODY)), `${scheme} ${key}`)).statusCode, 201)
    }
  })

  test('stops at once when it is revoked', async () => {
    const leaver = await newMerchant(ctx, { wallets: { USDT: WALLET } })
    const request = create(JSON.stringify(BODY))
    assert.equal((await send(request, `Bearer ${leaver.api_key}`)).statusCode, 201)
    await ctx.db.query('update api_key set revoked_at = now() where merchant_id = $1', [leaver.merchant_id])
    assert.equal((await send(request, `Bearer ${leaver.api_key}`)).statusCode, 401)
  })

  test('a live key is forbidden where live mode is not enabled', async () => {
    const answer = await send(create(JSON.stringify(BODY)), `Bearer ${liveShop.api_key}`)
    assert.deepEqual([answer.statusCode, answer.json<{ error: string }>().error], [403, 'forbidden'])
  })

  test('is nowhere in the database, only the hash of its secret', async () => {
    const { rows } = await ctx.db.query<{ row: string }>('select to_jsonb(k)::text as row from api_key k')
    assert.ok(rows.length >= 3)
    const secret = key.slice('sk_test_'.length + 12)
    for (const { row } of rows) assert.ok(!row.includes(secret))
  })
})
