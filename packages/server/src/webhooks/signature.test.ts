import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { signingKeys, webhookHeaders } from './signature.ts'

const ours = (body: string, secrets: string[], t: number) =>
  webhookHeaders('evt_1', body, secrets.map(signingKeys), t)['x-skiro-signature']

/** The documented formula, written down a second time. */
const mac = (t: number, body: string, secret: string) =>
  createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`${t}.`), Buffer.from(body)]))
    .digest('hex')

const FIXED = 'b3438763ab46d9634b9844c8722818eaf523f803db1327484c6067462a5fd6d1'

describe('x-skiro-signature', () => {
  test('is t and the HMAC-SHA256 of `t.body` under v1', () => {
    assert.equal(ours('{"a":1}', ['whsec_x'], 1_700_000_000), `t=1700000000,v1=${FIXED}`)
    // Fixed by hand, so that formula and code cannot drift together:
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_x
    assert.equal(mac(1_700_000_000, '{"a":1}', 'whsec_x'), FIXED)
  })

  test('holds for any body, in any alphabet', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), fc.nat(), (body, secret, t) => {
        assert.equal(ours(body, [secret], t), `t=${t},v1=${mac(t, body, secret)}`)
      }),
    )
  })

  test('has one v1 per live secret, in order', () => {
    assert.equal(
      ours('body', ['whsec_new', 'whsec_old'], 5),
      `t=5,v1=${mac(5, 'body', 'whsec_new')},v1=${mac(5, 'body', 'whsec_old')}`,
    )
  })

  test('is another one for another time, body or secret', () => {
    const signatures = [
      ours('body', ['s'], 1),
      ours('body', ['s'], 2),
      ours('body ', ['s'], 1),
      ours('body', ['S'], 1),
      // The dot between time and body keeps `1` + `1.x` apart from `11` + `.x`.
      ours('1.x', ['s'], 1),
      ours('.x', ['s'], 11),
    ].map((header) => header?.split('v1=')[1])
    assert.equal(new Set(signatures).size, signatures.length)
  })
})

describe('the headers of Standard Webhooks', () => {
  test('are those of an example made without our code', () => {
    // Id, time, body and secret of the specification's repository; the signature by hand:
    // printf 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}' |
    //   openssl dgst -sha256 -mac HMAC -macopt hexkey:$(echo MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | xxd -p) -binary | base64
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
    const headers = webhookHeaders(id, '{"test": 2432232314}', [signingKeys(secret)], 1_614_265_330)
    delete headers['x-skiro-signature']
    assert.deepEqual(headers, {
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('are what npm `standardwebhooks` makes, for any body, one per secret in order', () => {
    const secret = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`)
    const secrets = fc.array(secret, { minLength: 1, maxLength: 2 })
    // Well-formed text: a lone surrogate has no UTF-8, and JSON.stringify makes none.
    const body = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(body, secrets, fc.integer({ min: 1, max: 4_000_000_000 }), (body, secrets, t) => {
        const expected = secrets.map((s) => new Webhook(s).sign('evt_1', new Date(t * 1000), body))
        assert.equal(
          webhookHeaders('evt_1', body, secrets.map(signingKeys), t)['webhook-signature'],
          expected.join(' '),
        )
      }),
    )
  })

  test('of a secret of the first version: a verifier that ignores missing padding takes them', () => {
    const old = 'whsec_3q8Zt1vYc0RkX5nB7mLw2sPj9dHf4gTa6uEeQyViOoS'
    const expected = new Webhook(old).sign('evt_1', new Date(5000), 'body')
    assert.equal(webhookHeaders('evt_1', 'body', [signingKeys(old)], 5)['webhook-signature'], expected)
  })
})
