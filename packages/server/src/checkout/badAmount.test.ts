import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { GOOD, refusedCheckout, withRaw } from '../../../../test/support/refusedCheckout.ts'

const { send, assertRefused, close } = await refusedCheckout()
after(close)

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
    ['"49,99"', '"1_000"', '"٤٩.٩٩"', '"４９"', '"49.99 USD"', '".5"', '"5."', '"05"', 'null', 'true'],
    ['[49.99]', '{"value":49.99}', '"999999999999999999999999999999999999999999"'],
  ].flat()
  for (const raw of amounts) {
    test(`refuses ${raw}`, async () => {
      await assertRefused(withRaw('amount', raw), { status: 400, error: 'invalid_amount', param: 'amount' })
    })
  }
})
