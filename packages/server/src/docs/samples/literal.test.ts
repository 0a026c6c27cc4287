import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { literal } from './literal.ts'

test('reads as people write it', () => {
  assert.equal(literal({ limit: 20 }), '{ limit: 20 }')
  assert.equal(literal("Ada's"), "'Ada\\'s'")
  assert.equal(
    literal({
      amount: 49.99,
      currency: 'USD',
      payout_currency: 'USDT',
      metadata: { 'order-id': 'ORD-2847' },
    }),
    "{\n  amount: 49.99,\n  currency: 'USD',\n  payout_currency: 'USDT',\n  metadata: { 'order-id': 'ORD-2847' },\n}",
  )
})

test('means the same value, whatever is in it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // As JSON, because `-0` is `0` there and `__proto__` in a literal is not a field.
      fc.pre(!JSON.stringify(value).includes('__proto__'))
      const read: unknown = runInNewContext(`(${literal(value)})`)
      assert.equal(JSON.stringify(read), JSON.stringify(value))
    }),
  )
})
