import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { createSessionBody } from '../checkout/schema.ts'
import { type ErrorCode, SkiroError } from '../lib/errors.ts'
import { parse } from './parse.ts'

const schema = z.strictObject({
  name: z.string(),
  count: z.int().min(1, 'must be at least 1').optional(),
  nested: z.strictObject({ deep: z.string() }).optional(),
  list: z.array(z.string()).optional(),
})

function refusal(run: () => unknown): { code: ErrorCode; param: string | undefined; message: string } {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof SkiroError, String(error))
    return { code: error.code, param: error.param, message: error.message }
  }
  throw new Error('was not refused')
}

describe('parse', () => {
  test('gives the input in the shape of the schema', () => {
    assert.deepEqual(parse(schema, { name: 'a', count: 2 }), { name: 'a', count: 2 })
    assert.deepEqual(parse(z.strictObject({ n: z.string().transform(Number) }), { n: '5' }), { n: 5 })
  })

  const refusals: [string, unknown, string | undefined, RegExp][] = [
    ['an unknown field', { name: 'a', nmae: 'b' }, 'nmae', /Unknown field: nmae/],
    [
      'an unknown field inside another',
      { name: 'a', nested: { deep: 'x', deeper: 1 } },
      'nested.deeper',
      /^Unkn/,
    ],
    ['a missing field', { count: 1 }, 'name', /^name is required\.$/],
    [
      'a missing field inside another',
      { name: 'a', nested: {} },
      'nested.deep',
      /^nested\.deep is required\.$/,
    ],
    ['null where a text belongs', { name: null }, 'name', /^name: /],
    ['a wrong type', { name: 5 }, 'name', /^name: /],
    ['a broken rule', { name: 'a', count: 0 }, 'count', /^count: must be at least 1$/],
    ['a bad entry of a list', { name: 'a', list: ['x', 5] }, 'list.1', /^list\.1: /],
    ['an array', [], undefined, /must be a JSON object/],
    ['null', null, undefined, /must be a JSON object/],
    ['nothing', undefined, undefined, /must be a JSON object/],
    ['a text', 'name', undefined, /must be a JSON object/],
  ]
  for (const [what, input, param, message] of refusals) {
    test(`names what is wrong: ${what}`, () => {
      const refused = refusal(() => parse(schema, input))
      assert.deepEqual([refused.code, refused.param], ['invalid_request', param])
      assert.match(refused.message, message)
    })
  }

  test('keys that every object inherits are unknown fields too', () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      assert.equal(refusal(() => parse(schema, { name: 'a', [key]: 1 })).param, key)
    }
  })
})

describe('parse with codes of their own', () => {
  const good = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }

  test('the good body passes', () => {
    assert.equal(parse(createSessionBody, good).amount, '49.99')
  })

  const own: [string, object, ErrorCode, string][] = [
    ['amount of a wrong type', { amount: true }, 'invalid_amount', 'amount'],
    ['amount null', { amount: null }, 'invalid_amount', 'amount'],
    ['lower-case currency', { currency: 'usd' }, 'unsupported_currency', 'currency'],
    ['another currency', { currency: 'JPY' }, 'unsupported_currency', 'currency'],
    ['another coin', { payout_currency: 'DOGE' }, 'unsupported_payout_currency', 'payout_currency'],
    ['a number as coin', { payout_currency: 1 }, 'unsupported_payout_currency', 'payout_currency'],
  ]
  for (const [what, change, code, param] of own) {
    test(what, () => {
      const refused = refusal(() => parse(createSessionBody, { ...good, ...change }))
      assert.deepEqual([refused.code, refused.param], [code, param])
    })
  }

  for (const field of ['amount', 'currency', 'payout_currency'] as const) {
    test(`${field} left out is invalid_request: it is missing, not wrong`, () => {
      const { [field]: _left_out, ...rest } = good
      assert.deepEqual(
        refusal(() => parse(createSessionBody, rest)),
        {
          code: 'invalid_request',
          param: field,
          message: `${field} is required.`,
        },
      )
    })
  }

  test('a metadata key that is too long is told its limit', () => {
    const { message } = refusal(() =>
      parse(createSessionBody, { ...good, metadata: { ['k'.repeat(41)]: 'x' } }),
    )
    assert.match(message, /at most 40 characters/)
  })
})
