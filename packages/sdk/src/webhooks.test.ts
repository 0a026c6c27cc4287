import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { SignatureVerificationError, webhooks } from './index.ts'

const { constructEvent, generateTestHeader, verify } = webhooks
const SECRET = 'whsec_7f1d9e5b3c'
const OTHER = 'whsec_another'
const NOW = 1_780_000_000
const EVENT = {
  id: 'evt_1',
  type: 'checkout.completed',
  created_at: '2026-05-29T14:40:00Z',
  livemode: false,
  sequence: 7,
  data: { id: 'txn_1', object: 'transaction', metadata: { buyer: 'Zoë 🛍' } },
}
const BODY = JSON.stringify(EVENT)

/** Signs with node:crypto alone, so that the package is not checked against itself. */
function sign(body: string | Uint8Array, secret = SECRET, t: number | string = NOW): string {
  return createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`${t}.`), Buffer.from(body)]))
    .digest('hex')
}

function refusal(run: () => unknown): SignatureVerificationError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof SignatureVerificationError, String(error))
    assert.ok(!error.message.includes(SECRET), 'the secret is not shown')
    return error
  }
  return assert.fail('it was accepted')
}

describe('constructEvent accepts', () => {
  const header = `t=${NOW},v1=${sign(BODY)}`
  const now = { now: NOW }

  it('a string, bytes and a Buffer', () => {
    const bytes = new TextEncoder().encode(BODY)
    for (const body of [BODY, bytes, Buffer.from(BODY), bytes.buffer]) {
      assert.deepEqual(constructEvent(body, header, SECRET, now), EVENT)
    }
  })

  it('narrows the event by its type', () => {
    const event = constructEvent(BODY, header, SECRET, now)
    if (event.type !== 'checkout.completed') return assert.fail()
    assert.equal(event.data.metadata['buyer'], 'Zoë 🛍')
  })

  it('any of several signatures, as during rotation, and skips unknown schemes', () => {
    const both = `t=${NOW}, v1=${sign(BODY, OTHER)}, v1=${sign(BODY)}, v2=zzz`
    assert.equal(constructEvent(BODY, both, SECRET, now).id, 'evt_1')
    assert.equal(constructEvent(BODY, both, OTHER, now).id, 'evt_1')
    assert.equal(constructEvent(BODY, [header], SECRET, now).id, 'evt_1')
  })

  it('300 s either way, more on demand, any age only with Infinity', () => {
    for (const at of [NOW - 300, NOW + 300]) assert.ok(constructEvent(BODY, header, SECRET, { now: at }))
    assert.ok(constructEvent(BODY, header, SECRET, { now: NOW + 900, toleranceSeconds: 1000 }))
    assert.ok(constructEvent(BODY, header, SECRET, { now: NOW * 2, toleranceSeconds: Infinity }))
  })

  it('the current time by default', () => {
    const t = Math.floor(Date.now() / 1000)
    assert.ok(constructEvent(BODY, `t=${t},v1=${sign(BODY, SECRET, t)}`, SECRET))
    const late = `t=${t - 400},v1=${sign(BODY, SECRET, t - 400)}`
    assert.equal(refusal(() => constructEvent(BODY, late, SECRET)).code, 'timestamp_too_old')
  })
})

describe('constructEvent refuses', () => {
  const good = `t=${NOW},v1=${sign(BODY)}`
  const refused = (body: unknown, header: unknown, secret: unknown = SECRET, options: object = {}) =>
    refusal(() =>
      constructEvent(body as string, header as string, secret as string, { now: NOW, ...options }),
    )

  it('a parsed body, and tells how to get the raw one', () => {
    for (const body of [EVENT, null, undefined, 5]) {
      const error = refused(body, good)
      assert.equal(error.code, 'body_not_raw')
      assert.match(error.message, /express\.raw/)
    }
    assert.equal(refused('', good).code, 'body_empty')
    const request = new Request('http://shop.test', { method: 'POST', body: BODY })
    assert.match(refused(request, good).message, /not read yet: await request\.text\(\)/)
    assert.match(refused(request.body, good).message, /not read yet/)
    assert.match(refused(request.text(), good).message, /a promise: await it/)
    assert.match(refused(EVENT, good).message, /an object, so it was parsed/)
  })

  it('headers that are no header value', () => {
    for (const header of [{ 'x-skiro-signature': good }, new Headers({ 'x-skiro-signature': good }), 5, true])
      assert.equal(refused(BODY, header).code, 'header_malformed')
  })

  it('in verify as in constructEvent', () => {
    assert.equal(verify(BODY, good, SECRET, { now: NOW }), undefined)
    assert.equal(refusal(() => verify(BODY, good, OTHER, { now: NOW })).code, 'signature_mismatch')
    assert.equal(verify('no event', `t=${NOW},v1=${sign('no event')}`, SECRET, { now: NOW }), undefined)
  })

  it('a missing or malformed header', () => {
    for (const header of [undefined, null, '', ' ', []])
      assert.equal(refused(BODY, header).code, 'header_missing')
    const hex = sign(BODY)
    const malformed = [
      hex,
      `v1=${hex}`,
      `t=${NOW}`,
      `t=x,v1=${hex}`,
      `t=-5,v1=${hex}`,
      `t=${NOW},v1=${hex.slice(1)}`,
      `t=${NOW},v1=${hex}00`,
      `t=${NOW},v0=${hex}`,
      `t=${NOW},t=${NOW + 1},v1=${hex}`,
    ]
    for (const header of malformed) assert.equal(refused(BODY, header).code, 'header_malformed', header)
  })

  it('an old and a future time, with the difference', () => {
    const old = refused(BODY, good, SECRET, { now: NOW + 412 })
    assert.equal(old.code, 'timestamp_too_old')
    assert.match(old.message, /412 s ago, more than the 300 s/)
    const future = refused(BODY, good, SECRET, { now: NOW - 301 })
    assert.equal(future.code, 'timestamp_in_future')
    assert.match(future.message, /301 s in the future/)
  })

  it('a time that was not the one signed', () => {
    assert.equal(refused(BODY, `t=${NOW + 1},v1=${sign(BODY)}`).code, 'signature_mismatch')
  })

  it('a wrong secret, and names the mode of the event', () => {
    const error = refused(BODY, good, OTHER)
    assert.equal(error.code, 'signature_mismatch')
    assert.match(error.message, /test mode event/)
    assert.match(refused(BODY, good, 'hunter2').message, /begin with whsec_/)
  })

  it('every changed byte', () => {
    const bytes = new TextEncoder().encode(BODY)
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      const { code } = refused(changed, good)
      assert.ok(code === 'signature_mismatch' || code === 'body_changed', `byte ${i}: ${code}`)
    }
  })

  it('a body whose whitespace changed, and says that the secret is right', () => {
    const pretty = JSON.stringify(EVENT, null, 2)
    for (const body of [pretty, `${BODY}\n`, ` ${BODY}`])
      assert.equal(refused(body, good).code, 'body_changed', body)
    assert.equal(refused(BODY, `t=${NOW},v1=${sign(`${BODY}\n`)}`).code, 'body_changed')
    assert.equal(refused(pretty, good, OTHER).code, 'signature_mismatch')
  })

  it('a body whose numbers were rewritten', () => {
    const signed = '{"id":"evt_1","type":"checkout.completed","data":{"amount":49.90}}'
    const error = refused(JSON.stringify(JSON.parse(signed)), `t=${NOW},v1=${sign(signed)}`)
    assert.equal(error.code, 'signature_mismatch')
    assert.match(error.message, /49\.90 becomes 49\.9/)
  })

  it('a secret that cannot be one', () => {
    for (const secret of [null, '', `${SECRET}\n`, 'sk_test_x']) {
      assert.equal(refused(BODY, good, secret).code, 'secret_invalid')
    }
  })

  it('a tolerance that is not a tolerance', () => {
    for (const toleranceSeconds of [0, -1, NaN]) {
      assert.equal(refused(BODY, good, SECRET, { toleranceSeconds }).code, 'tolerance_invalid')
    }
  })

  it('a signed body that is no event', () => {
    for (const body of ['hello', '[]', 'null', '{"id":"evt_1"}', '{"id":"evt_1","type":"x","data":null}']) {
      assert.equal(refused(body, `t=${NOW},v1=${sign(body)}`).code, 'payload_invalid')
    }
  })
})

describe('generateTestHeader', () => {
  it('signs as plain node:crypto does', () => {
    const header = generateTestHeader({ payload: BODY, secret: SECRET, timestamp: NOW })
    assert.equal(header, `t=${NOW},v1=${sign(BODY)}`)
    const bytes = new Uint8Array([0, 255, 128])
    assert.equal(
      generateTestHeader({ payload: bytes, secret: SECRET, timestamp: NOW }),
      `t=${NOW},v1=${sign(bytes)}`,
    )
  })

  it('is accepted now by default', () => {
    assert.ok(constructEvent(BODY, generateTestHeader({ payload: BODY, secret: SECRET }), SECRET))
  })
})
