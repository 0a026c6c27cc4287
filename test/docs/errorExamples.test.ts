/** The example answers on the pages of the errors are what the gateway really says. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { createKey } from '../../packages/server/src/merchants/createKey.ts'
import { errorExample } from '../../packages/server/src/docs/openapi/errorAnswers.ts'
import { ERRORS, type ErrorCode } from '../../packages/server/src/lib/errors.ts'
import { TEST_MODE, WALLET, gatewayApp, newMerchant } from '../support/gatewayContext.ts'

let gateway: Awaited<ReturnType<typeof gatewayApp>>
let full: string
let read: string
const endpoint = { id: '', default_id: '', disabled_id: '' }
before(async () => {
  gateway = await gatewayApp(TEST_MODE)
  const merchant = await newMerchant(gateway.ctx, { wallets: { USDT: WALLET } })
  full = merchant.api_key
  const tenant = { merchant_id: merchant.merchant_id, livemode: false }
  read = (await createKey(gateway.ctx, tenant, { label: '', scope: 'read', expires_at: null })).key
  const ids: string[] = []
  for (let n = 0; n < 15; n++) {
    const made = await ask({
      method: 'POST',
      url: '/v1/webhooks',
      payload: { url: 'https://shop.example.com/' },
    })
    ids.push(made.json<{ id: string }>().id)
  }
  const listed = (await ask({ url: '/v1/webhooks' })).json<{ data: { id: string; is_default: boolean }[] }>()
  endpoint.default_id = listed.data.find(({ is_default }) => is_default)?.id ?? ''
  endpoint.disabled_id = ids[0] ?? ''
  await ask({ method: 'PATCH', url: `/v1/webhooks/${endpoint.disabled_id}`, payload: { status: 'disabled' } })
})
after(() => gateway.close())

async function ask({ headers, ...options }: InjectOptions, key = full) {
  return await gateway.app.inject({ ...options, headers: { authorization: `Bearer ${key}`, ...headers } })
}

const session = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }
const create = (change: object, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url: '/v1/checkout',
  payload: { ...session, ...change },
  headers,
})

/** How each refusal is brought about. What needs a broken server or a race has tests of its own. */
const WAYS: Partial<Record<ErrorCode, () => ReturnType<typeof ask>>> = {
  invalid_request: () => ask(create({ expires_in: 60 })),
  invalid_amount: () => ask(create({ amount: '49.999' })),
  unsupported_currency: () => ask(create({ currency: 'JPY' })),
  unsupported_payout_currency: () => ask(create({ payout_currency: 'DOGE' })),
  payout_currency_unavailable: () => ask(create({ payout_currency: 'BTC' })),
  payout_wallet_missing: () => ask(create({ payout_currency: 'USDC' })),
  invalid_api_key: () => ask({ url: '/v1/merchant' }, 'sk_test_no'),
  forbidden: () => ask(create({}), read),
  not_found: () => ask({ url: '/v1/checkout/cs_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
  method_not_allowed: () => ask({ method: 'PUT', url: '/v1/checkout' }),
  async session_not_pending() {
    const { id } = (await ask(create({}))).json<{ id: string }>()
    await ask({ method: 'POST', url: `/v1/checkout/${id}/expire` })
    return await ask({ method: 'POST', url: `/v1/checkout/${id}/expire` })
  },
  webhook_endpoint_is_default: () => ask({ method: 'DELETE', url: `/v1/webhooks/${endpoint.default_id}` }),
  too_many_webhook_endpoints: () =>
    ask({ method: 'POST', url: '/v1/webhooks', payload: { url: 'https://shop.example.com/' } }),
  webhook_endpoint_disabled: () => ask({ method: 'POST', url: `/v1/webhooks/${endpoint.disabled_id}/test` }),
  payload_too_large: () => ask(create({ metadata: { a: 'x'.repeat(70_000) } })),
  unsupported_media_type: () => ask(create({}, { 'content-type': 'text/plain' })),
  async idempotency_key_reused() {
    await ask(create({}, { 'idempotency-key': 'k' }))
    return await ask(create({ amount: 50 }, { 'idempotency-key': 'k' }))
  },
}

const ELSEWHERE = ['request_timeout', 'idempotency_in_flight', 'headers_too_large', 'rate_limited']

test('every code is brought about here or elsewhere', () => {
  const others = new Set([...ELSEWHERE, 'internal_error', 'unavailable'])
  assert.deepEqual(
    Object.keys(ERRORS)
      .filter((code) => !others.has(code))
      .toSorted(),
    Object.keys(WAYS).toSorted(),
  )
})

for (const [code, way] of Object.entries(WAYS)) {
  test(`${code} is answered as its page shows`, async () => {
    const answer = await way()
    const { request_id } = answer.json<{ request_id: string }>()
    assert.equal(answer.statusCode, ERRORS[code as ErrorCode].status, answer.body)
    assert.deepEqual(answer.json(), { ...errorExample(code as ErrorCode, 'https://pay.example'), request_id })
  })
}
