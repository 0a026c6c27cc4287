import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { GOOD, refusedCheckout, withRaw } from '../../../../test/support/refusedCheckout.ts'

const { send, assertRefused, close } = await refusedCheckout()
after(close)

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
    ...['', 'EN', 'pt-BR', 'tlh', 'xx-pseudo', 'toString', 5, true, ['de']].map(
      (value): [string, unknown, string] => ['locale', value, 'invalid_request'],
    ),
    ...[
      '',
      '  \u00a0\n',
      'x'.repeat(201),
      '👍'.repeat(201),
      5,
      true,
      ['a'],
      {},
      'a\nb',
      'a\tb',
      'a\u0000',
    ].map((value): [string, unknown, string] => ['description', value, 'invalid_request']),
    ...['\u001b[31m', '\u0085x', 'a\u2028b', 'a\u202eb', '\u2066a', 'a\u2069', 'a\u202a'].map(
      (value): [string, unknown, string] => ['description', value, 'invalid_request'],
    ),
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
