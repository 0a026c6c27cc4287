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

describe('other fields', () => {
  const fields: [string, unknown, string][] = [
    ...['usd', 'JPY', 'USDT', '', ' USD', 'ＵＳＤ', 840, null, ['USD'], 'toString'].map(
      (value): [string, unknown, string] => ['currency', value, 'unsupported_currency'],
    ),
    ...['usdt', 'DOGE', 'USD', '', 1, null, {}, '__proto__'].map((value): [string, unknown, string] => [
      'payout_currency',
      value,
      'unsupported_payout_currency',
    ]),
    ...['x', 'a@', '@b.co', 'a b@c.de', 'a@b.co\r\nBcc: x@y.zz', `${'a'.repeat(250)}@b.co`, '', 5, {}].map(
      (value): [string, unknown, string] => ['customer_email', value, 'invalid_request'],
    ),
    ...[299, 86_401, 0, -300, 300.5, '300', null, true].map((value): [string, unknown, string] => [
      'expires_in',
      value,
      'invalid_request',
    ]),
    ...[null, 'a', 5, ['a'], [['a', 'b']]].map((value): [string, unknown, string] => [
      'metadata',
      value,
      'invalid_request',
    ]),
    ...['redirect_url', 'webhook_url'].flatMap((field) =>
      [
        [
          'yoursite.com/success',
          '//evil.example/x',
          '/relative',
          'https:\\\\evil.example',
          'javascript:alert(1)',
        ],
        [
          'data:text/html,x',
          'ftp://a.example/',
          'file:///etc/passwd',
          'gopher://a.example',
          'https://',
          'http://',
        ],
        [
          'https://good.com@evil.example/',
          'https://u:p@a.example/',
          ' https://a.example',
          'https://a.example/\n',
        ],
        [
          'https://a.example/\r\nX: y',
          'https://a.example/\u0000',
          `https://a.example/${'x'.repeat(2048)}`,
          '',
          5,
        ],
        ['https://[::1', 'https://a b.example/', 'https://a.example:99999/'],
      ]
        .flat()
        .map((value): [string, unknown, string] => [field, value, 'invalid_request']),
    ),
  ]
  for (const [field, value, error] of fields) {
    test(`refuses ${field} ${JSON.stringify(value).slice(0, 60)}`, async () => {
      await assertRefused(JSON.stringify({ ...GOOD, [field]: value }), { status: 400, error, param: field })
    })
  }

  test('metadata: too many pairs, long keys, long values, nested values', async () => {
    const pairs = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v']))
    const bad: [object, string][] = [
      [pairs, 'metadata'],
      [{ ['k'.repeat(41)]: 'v' }, `metadata.${'k'.repeat(41)}`],
      [{ '': 'v' }, 'metadata.'],
      [{ a: 'v'.repeat(501) }, 'metadata.a'],
      [{ a: { b: 'c' } }, 'metadata.a'],
      [{ a: ['b'] }, 'metadata.a'],
      [{ a: null }, 'metadata.a'],
    ]
    for (const [metadata, param] of bad) {
      await assertRefused(JSON.stringify({ ...GOOD, metadata }), {
        status: 400,
        error: 'invalid_request',
        param,
      })
    }
  })

  test('unknown fields are refused by name', async () => {
    for (const name of [
      'status',
      'merchant_id',
      'fee',
      'fee_amount',
      'livemode',
      'id',
      'Amount',
      'constructor',
      'a.b',
    ]) {
      const expected = { status: 400, error: 'invalid_request', param: name }
      await assertRefused(JSON.stringify({ ...GOOD, [name]: 'x' }), expected)
    }
  })

  test('required fields are required', async () => {
    for (const field of Object.keys(GOOD)) {
      const { [field]: _left_out, ...rest } = GOOD
      await assertRefused(JSON.stringify(rest), { status: 400, error: 'invalid_request', param: field })
    }
  })
})
