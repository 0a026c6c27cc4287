import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { AddressMac, macKeyFromSignerKey } from './addressMac.ts'
import { AssertionFailed } from './assert.ts'
import { Secret } from './secrets.ts'

const key = () => new Secret(randomBytes(32).toString('base64'))
const CLAIM = { merchant_id: 'mer_1', livemode: false, asset: 'USDT', network: 'ethereum', address: '0xAb' }

test('is HMAC-SHA256 over every field', () => {
  const secret = key()
  const mac = new AddressMac([secret])
  const made = mac.make(CLAIM)
  const text = 'skiro payout address 1\nmer_1\nfalse\nUSDT\nethereum\n0xAb'
  const expected = createHmac('sha256', Buffer.from(secret.reveal(), 'base64')).update(text).digest()
  assert.deepEqual(made, expected)
  assert.ok(mac.verifies(CLAIM, made))
  const others = { merchant_id: 'mer_2', livemode: true, asset: 'USDC', network: 'base', address: '0xAB' }
  for (const [field, value] of Object.entries(others))
    assert.ok(!mac.verifies({ ...CLAIM, [field]: value }, made), field)
  for (const wrong of [Buffer.alloc(0), Buffer.alloc(32), made.subarray(1)])
    assert.ok(!mac.verifies(CLAIM, wrong))
})

test('two claims are never one by moving a separator', () => {
  const mac = new AddressMac([key()])
  assert.throws(() => mac.make({ ...CLAIM, asset: 'USDT\nethereum' }), AssertionFailed)
})

test('a key that is being changed verifies, and makes no more', () => {
  const [old, fresh] = [key(), key()]
  const both = new AddressMac([fresh, old])
  assert.ok(both.verifies(CLAIM, new AddressMac([old]).make(CLAIM)))
  assert.deepEqual(both.make(CLAIM), new AddressMac([fresh]).make(CLAIM))
  assert.ok(!new AddressMac([fresh]).verifies(CLAIM, new AddressMac([old]).make(CLAIM)))
})

test('shows no key', () => {
  const secret = key()
  assert.ok(!inspect(new AddressMac([secret]), { depth: 9, showHidden: true }).includes(secret.reveal()))
  const signer_key = new Secret(`0x${'11'.repeat(32)}`)
  assert.notEqual(macKeyFromSignerKey(signer_key).reveal(), signer_key.reveal())
  assert.equal(Buffer.from(macKeyFromSignerKey(signer_key).reveal(), 'base64').length, 32)
})
