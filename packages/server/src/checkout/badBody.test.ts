import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { buildApp } from '../app.ts'
import { buildContext } from '../buildContext.ts'
import { readConfig } from '../config.ts'
import { createMerchant } from '../merchants/createMerchant.ts'
import { createDefaultEndpoint } from '../webhooks/createEndpoint.ts'

const WALLET = { network: 'ethereum', address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }
const database = await testDatabase()
const ctx = buildContext(
  readConfig({
    SKIRO_DATABASE_URL: database.url,
    SKIRO_PUBLIC_URL: 'https://pay.example',
    SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SKIRO_LOG_LEVEL: 'silent',
    SKIRO_TEST_SIGNER_KEY: `0x${randomBytes(32).toString('hex')}`,
    // Port 9 takes nothing: a session is created without asking anyone.
    SKIRO_TEST_ACQUIRER:
      '{"id":"simulator","url":"http://127.0.0.1:9","secret_key":"s","publishable_key":"p","webhook_secret":"w"}',
    SKIRO_TEST_CHAINS: `[{"network":"ethereum","chain_id":31337,"rpc_url":"http://127.0.0.1:9",
      "tokens":{"USDT":"0x${'22'.repeat(20)}","USDC":"0x${'33'.repeat(20)}"}}]`,
  }),
)
const app = await buildApp(ctx)
after(async () => {
  await app.close()
  await ctx.db.pool.end()
  await database.drop()
})

const merchantWith = (wallets: object, mode: 'test' | 'live' = 'test') =>
  createMerchant(ctx, (tx, tenant, url) => createDefaultEndpoint(ctx, tx, tenant, url), {
    name: 'Shop',
    email: 'owner@example.com',
    mode,
    webhook_url: null,
    wallets,
  })

const shop = await merchantWith({ USDT: WALLET })

const GOOD: Record<string, unknown> = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }

async function send(payload: string | undefined, type: string | null = 'application/json') {
  const headers = {
    authorization: `Bearer ${shop.api_key}`,
    ...(type === null ? {} : { 'content-type': type }),
  }
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/checkout',
    headers,
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}

const stored = async () =>
  (
    await ctx.db.query(
      `select (select count(*) from checkout_session) s, (select count(*) from idempotency_key) i,
         (select count(*) from event) e, (select count(*) from graphile_worker.jobs) j`,
    )
  ).rows[0]

async function assertRefused(
  payload: string | undefined,
  expected: { status: number; error: string; param?: string },
  type?: string | null,
): Promise<void> {
  const before = await stored()
  const { status, body } = await send(payload, type)
  const { error, param, message, request_id } = body
  assert.deepEqual({ status, error, ...(param === undefined ? {} : { param }) }, expected)
  assert.match(String(message), /^.{10,}$/s)
  assert.match(String(request_id), /^req_[0-9a-z]{26}$/)
  assert.deepEqual(await stored(), before)
}

/** The good body with one field written as given, so that no digit is lost on the way. */
const withRaw = (field: string, raw: string) => {
  const fields = Object.entries(GOOD).filter(([name]) => name !== field)
  return `{${fields.map(([name, value]) => `"${name}":${JSON.stringify(value)},`).join('')}"${field}":${raw}}`
}

test('the good body itself is accepted, also written field by field', async () => {
  assert.equal((await send(JSON.stringify(GOOD))).status, 201)
  assert.equal((await send(withRaw('amount', '49.99'))).status, 201)
})

describe('the body', () => {
  test('is a JSON object', async () => {
    const invalid = { status: 400, error: 'invalid_request' }
    for (const payload of ['{', '', '[]', 'null', '"x"', '5', '[{}]', 'NaN', '['.repeat(30_000), undefined]) {
      await assertRefused(payload, invalid)
    }
    await assertRefused(withRaw('amount', 'NaN'), invalid)
    await assertRefused(withRaw('__proto__', '{"status":"completed"}'), invalid)
    await assertRefused(withRaw('metadata', '{"__proto__":"x"}'), invalid)
    const deep = { status: 400, error: 'invalid_request', param: 'deep' }
    await assertRefused(withRaw('deep', '['.repeat(1000) + ']'.repeat(1000)), deep)
  })

  test('is at most 64 KB', async () => {
    const filled = (size: number) => JSON.stringify(GOOD).padEnd(size, ' ')
    assert.equal((await send(filled(64 * 1024))).status, 201)
    await assertRefused(filled(64 * 1024 + 1), { status: 413, error: 'payload_too_large' })
  })

  test('is sent as JSON', async () => {
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON']) {
      assert.equal((await send(JSON.stringify(GOOD), type)).status, 201)
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'multipart/form-data',
    ]) {
      await assertRefused(JSON.stringify(GOOD), { status: 415, error: 'unsupported_media_type' }, type)
    }
    await assertRefused(JSON.stringify(GOOD), { status: 415, error: 'unsupported_media_type' }, null)
  })
})

describe('where to pay out', () => {
  test('without a wallet for the currency the session is refused', async () => {
    for (const payout_currency of ['USDC', 'ETH']) {
      const expected = { status: 400, error: 'payout_wallet_missing', param: 'payout_currency' }
      await assertRefused(JSON.stringify({ ...GOOD, payout_currency }), expected)
    }
  })

  test('a wallet on a network that this server does not serve is none', async () => {
    await ctx.db.query(
      `insert into wallet (merchant_id, livemode, asset, network, address) values ($1, false, 'USDC', 'base', '0x1')`,
      [shop.merchant_id],
    )
    const expected = { status: 400, error: 'payout_wallet_missing', param: 'payout_currency' }
    await assertRefused(JSON.stringify({ ...GOOD, payout_currency: 'USDC' }), expected)
  })

  test('a currency that no network of this server pays is unavailable', async () => {
    const expected = { status: 400, error: 'payout_currency_unavailable', param: 'payout_currency' }
    await assertRefused(JSON.stringify({ ...GOOD, payout_currency: 'BTC' }), expected)
  })
})
