import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { z } from 'zod'
import { gatewayContext, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { parse } from '../http/parse.ts'
import { createDefaultEndpoint } from '../webhooks/createEndpoint.ts'
import { presentedKey, proveKey } from './authenticate.ts'
import { createMerchant, createMerchantInput } from './createMerchant.ts'

const ADDRESS = WALLET.address
const { ctx, close } = await gatewayContext({
  ...TEST_MODE,
  // This network pays no USDC.
  SKIRO_TEST_CHAINS: `[{"network":"ethereum","chain_id":31337,"rpc_url":"http://127.0.0.1:9",
    "tokens":{"USDT":"0x${'22'.repeat(20)}"}}]`,
})
after(close)

type Input = z.output<typeof createMerchantInput>
const GOOD: Input = {
  name: 'Shop & Söhne',
  email: 'owner@example.com',
  mode: 'test',
  webhook_url: 'https://shop.example/hook',
  wallets: { USDT: WALLET, ETH: WALLET },
}
const create = (change: Partial<Input> = {}) =>
  createMerchant(ctx, (tx, tenant, url) => createDefaultEndpoint(ctx, tx, tenant, url), {
    ...GOOD,
    ...change,
  })

const counts = async () =>
  (
    await ctx.db.query(
      `select (select count(*) from merchant) m, (select count(*) from api_key) k, (select count(*) from wallet) w,
         (select count(*) from webhook_endpoint) e`,
    )
  ).rows[0]

describe('createMerchant', () => {
  test('makes a merchant whose key works, with its wallets', async () => {
    const made = await create()
    assert.deepEqual(Object.keys(made), ['merchant_id', 'api_key', 'webhook_secret'])
    assert.deepEqual(await proveKey(ctx.db, presentedKey(`Bearer ${made.api_key}`)), {
      tenant: { merchant_id: made.merchant_id, livemode: false },
      key: { id: made.api_key.slice(8, 20), scope: 'full' },
    })
    const { rows } = await ctx.db.query(
      'select asset, network, address from wallet where merchant_id = $1 and not livemode order by asset',
      [made.merchant_id],
    )
    assert.deepEqual(rows, [
      { asset: 'ETH', ...WALLET },
      { asset: 'USDT', ...WALLET },
    ])
  })

  test('key and webhook secret are stored nowhere in the clear', async () => {
    const { api_key, webhook_secret } = await create()
    const { rows } = await ctx.db.query<{ row: string }>(
      `select to_jsonb(k)::text as row from api_key k
       union all select to_jsonb(w)::text from webhook_endpoint w union all select to_jsonb(m)::text from merchant m`,
    )
    const secrets = [api_key.slice(20), webhook_secret.slice(6)]
    const hidden = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('hex')])
    for (const { row } of rows) assert.ok(hidden.every((secret) => !row.includes(secret)))
  })

  test('a live key is a key of live mode', async () => {
    const made = await create({ mode: 'live', wallets: {} })
    assert.match(made.api_key, /^sk_live_/)
    assert.equal((await proveKey(ctx.db, presentedKey(`Bearer ${made.api_key}`))).tenant.livemode, true)
    await assert.rejects(proveKey(ctx.db, presentedKey(`Bearer ${made.api_key.replace('live', 'test')}`)), {
      code: 'invalid_api_key',
    })
  })

  const bad: [string, Partial<Input>, string][] = [
    [
      'an address with a broken checksum',
      { wallets: { USDT: { ...WALLET, address: ADDRESS.replace('dc79C8', 'DC79C8') } } },
      'wallets.USDT',
    ],
    [
      'an address that is too short',
      { wallets: { USDT: { ...WALLET, address: ADDRESS.slice(0, -1) } } },
      'wallets.USDT',
    ],
    ['the zero address', { wallets: { ETH: { ...WALLET, address: `0x${'0'.repeat(40)}` } } }, 'wallets.ETH'],
    [
      'a token contract as payee',
      { wallets: { USDT: { ...WALLET, address: `0x${'22'.repeat(20)}` } } },
      'wallets.USDT',
    ],
    ['a network that is not served', { wallets: { USDT: { ...WALLET, network: 'base' } } }, 'wallets.USDT'],
    ['an asset that the network does not pay', { wallets: { USDC: WALLET } }, 'wallets.USDC'],
    ['a coin without a chain', { wallets: { BTC: { network: 'bitcoin', address: 'bc1q' } } }, 'wallets.BTC'],
    ['a wallet in a mode that is not set up', { mode: 'live' }, 'wallets.USDT'],
    ['a plan that there is not', { plan: 'gold' }, 'plan'],
  ]
  for (const [what, change, param] of bad) {
    test(`refuses ${what}, and stores nothing`, async () => {
      const before = await counts()
      await assert.rejects(create(change), { code: 'invalid_request', param })
      assert.deepEqual(await counts(), before)
    })
  }

  test('all or nothing: when the endpoint fails there is no merchant', async () => {
    const before = await counts()
    await assert.rejects(
      createMerchant(ctx, () => Promise.reject(new Error('no endpoint')), GOOD),
      /no endpoint/,
    )
    assert.deepEqual(await counts(), before)
  })
})

test('the input names what is wrong with it', () => {
  const bad: [object, string][] = [
    [{ ...GOOD, name: '' }, 'name'],
    [{ ...GOOD, email: 'x' }, 'email'],
    [{ ...GOOD, mode: 'prod' }, 'mode'],
    [{ ...GOOD, webhook_url: 'ftp://a.example' }, 'webhook_url'],
    [{ ...GOOD, wallets: { DOGE: WALLET } }, 'wallets.DOGE'],
    [{ ...GOOD, wallets: { USDT: { network: 'ethereum' } } }, 'wallets.USDT.address'],
    [{ ...GOOD, role: 'admin' }, 'role'],
  ]
  for (const [input, param] of bad) {
    assert.throws(() => parse(createMerchantInput, input), { code: 'invalid_request', param })
  }
  assert.deepEqual(parse(createMerchantInput, GOOD), GOOD)
})
