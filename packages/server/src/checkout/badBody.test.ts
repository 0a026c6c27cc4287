import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { GOOD, refusedCheckout, withRaw } from '../../../../test/support/refusedCheckout.ts'

const { ctx, shop, send, assertRefused, close } = await refusedCheckout()
after(close)

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
    const deep = { ...invalid, param: 'deep' }
    await assertRefused(withRaw('deep', '['.repeat(1000) + ']'.repeat(1000)), deep)
  })

  test('names each thing once, by a key that is no trap', async () => {
    const named = (param: string) => ({ status: 400, error: 'invalid_request', param })
    await assertRefused(withRaw('__proto__', '{"status":"completed"}'), named('__proto__'))
    await assertRefused(withRaw('metadata', '{"__proto__":"x"}'), named('metadata.__proto__'))
    await assertRefused(withRaw('currency', '"USD","amount":1'), named('amount'))
    await assertRefused(withRaw('metadata', '{"a":"1","b":"2","\\u0061":"3"}'), named('metadata.a'))
    await assertRefused(withRaw('metadata', '{"a\\\\":"1"}'), named('metadata'))
    await assertRefused(withRaw('amount', '"\\u0000"'), named('amount'))
    await assertRefused(withRaw('redirect_url', '"https://a.example/\\ud800"'), named('redirect_url'))
    await assertRefused(withRaw('description', '"a\\ud800"'), named('description'))
    const harmless = { constructor: 'a', prototype: 'b', toString: 'c', café: 'd', 'a.b[c]': 'e' }
    const { status, body } = await send(JSON.stringify({ ...GOOD, metadata: harmless }))
    assert.deepEqual([status, body['metadata']], [201, harmless])
  })

  test('is UTF-8', async () => {
    const latin1 = Buffer.from(withRaw('metadata', '{"name":"é"}'), 'latin1')
    await assertRefused(latin1, { status: 400, error: 'invalid_request' })
    await assertRefused(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), {
      status: 400,
      error: 'invalid_request',
    })
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
