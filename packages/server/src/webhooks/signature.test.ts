import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { SIGNATURE_HEADER, signWebhook } from './signature.ts'

/** The documented formula, written down a second time. */
const mac = (t: number, body: string, secret: string) =>
  createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`${t}.`), Buffer.from(body)]))
    .digest('hex')

const FIXED = 'b3438763ab46d9634b9844c8722818eaf523f803db1327484c6067462a5fd6d1'

test('the header is t and the HMAC-SHA256 of `t.body` under v1', () => {
  assert.equal(SIGNATURE_HEADER, 'x-skiro-signature')
  assert.equal(
    signWebhook('{"a":1}', ['whsec_x'], 1_700_000_000),
    `t=1700000000,v1=${mac(1_700_000_000, '{"a":1}', 'whsec_x')}`,
  )
  // Fixed by hand, so that formula and code cannot drift together:
  // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_x
  assert.equal(mac(1_700_000_000, '{"a":1}', 'whsec_x'), FIXED)
})

test('holds for any body, in any alphabet', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), fc.nat(), (body, secret, t) => {
      assert.equal(signWebhook(body, [secret], t), `t=${t},v1=${mac(t, body, secret)}`)
    }),
  )
})

test('one v1 per live secret, in order', () => {
  assert.equal(
    signWebhook('body', ['whsec_old', 'whsec_new'], 5),
    `t=5,v1=${mac(5, 'body', 'whsec_old')},v1=${mac(5, 'body', 'whsec_new')}`,
  )
})

test('another time, body or secret is another signature', () => {
  const signatures = [
    signWebhook('body', ['s'], 1),
    signWebhook('body', ['s'], 2),
    signWebhook('body ', ['s'], 1),
    signWebhook('body', ['S'], 1),
    // The dot between time and body keeps `1` + `1.x` apart from `11` + `.x`.
    signWebhook('1.x', ['s'], 1),
    signWebhook('.x', ['s'], 11),
  ].map((header) => header.split('v1=')[1])
  assert.equal(new Set(signatures).size, signatures.length)
})
