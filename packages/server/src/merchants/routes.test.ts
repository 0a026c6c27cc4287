import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { parse } from '../http/parse.ts'
import { NO_BRANDING, renderBranding } from './branding/branding.ts'
import { createKey, createKeyInput } from './createKey.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
after(close)

const retrieve = async (key: string) => {
  const headers = { authorization: `Bearer ${key}` }
  const answer = await app.inject({ url: '/v1/merchant', headers })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}
const newKey = async (merchant_id: string, livemode: boolean) =>
  (await createKey(ctx, { merchant_id, livemode }, parse(createKeyInput, { label: 'k', scope: 'read' }))).key

test('GET /v1/merchant shows the settings of the merchant and mode of the key', async () => {
  const shop = await newMerchant(ctx, {
    name: 'Shop & Söhne',
    webhook_url: 'https://shop.example/hook',
    wallets: { USDT: WALLET, ETH: WALLET },
  })
  await newMerchant(ctx, { name: 'Other', wallets: { USDC: WALLET } })
  const { status, body } = await retrieve(shop.api_key)
  const { created_at, ...rest } = body
  assert.equal(status, 200)
  assert.ok(Math.abs(Date.parse(String(created_at)) - Date.now()) < 60_000)
  assert.match(String(created_at), /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/)
  assert.deepEqual(rest, {
    id: shop.merchant_id,
    object: 'merchant',
    livemode: false,
    name: 'Shop & Söhne',
    email: 'owner@example.com',
    plan: 'free',
    fee_bps: 1500,
    three_ds: 'always',
    wallets: { ETH: WALLET, USDT: WALLET },
    default_webhook_url: 'https://shop.example/hook',
    branding: renderBranding(NO_BRANDING, ctx.config.public_url),
  })
  assert.deepEqual(
    (await retrieve(await newKey(shop.merchant_id, false))).body,
    body,
    'a read key sees it too',
  )
  assert.deepEqual((await retrieve(await newKey(shop.merchant_id, true))).body, {
    ...body,
    livemode: true,
    wallets: {},
    default_webhook_url: null,
  })
})

test('it is as the document describes it', async () => {
  const document = (await app.inject({ url: '/openapi.json' })).json<{
    components: { schemas: Record<string, { properties: object }> }
  }>()
  const { merchant } = document.components.schemas
  const { body } = await retrieve((await newMerchant(ctx)).api_key)
  assert.deepEqual(Object.keys(merchant?.properties ?? {}).toSorted(), Object.keys(body).toSorted())
})
