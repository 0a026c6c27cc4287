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

describe('amount', () => {
  const amounts = [
    [
      '49.999',
      '49.990',
      '0.30000000000000004',
      '1e21',
      '1e2',
      '5e-7',
      '-0',
      '-49.99',
      '0',
      '0.49',
      '1000000',
    ],
    [
      '9007199254740993',
      '1e999',
      '"1e2"',
      '"0x10"',
      '"NaN"',
      '"Infinity"',
      '""',
      '" "',
      '" 12 "',
      '"+5"',
      '"-5"',
    ],
    [
      '"49,99"',
      '"1_000"',
      '"٤٩.٩٩"',
      '"４９"',
      '"49.99 USD"',
      '".5"',
      '"5."',
      '"05"',
      '"\\u0000"',
      'null',
      'true',
    ],
    ['[49.99]', '{"value":49.99}', '"999999999999999999999999999999999999999999"'],
  ].flat()
  for (const raw of amounts) {
    test(`refuses ${raw}`, async () => {
      await assertRefused(withRaw('amount', raw), { status: 400, error: 'invalid_amount', param: 'amount' })
    })
  }
})
