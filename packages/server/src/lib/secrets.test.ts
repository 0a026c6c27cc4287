import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import { pino } from 'pino'
import { Secret, hashSecret, open, randomText, sameDigest, seal } from './secrets.ts'

describe('Secret', () => {
  const value = 'hunter2-canary'
  const secret = new Secret(value)

  test('gives itself out on reveal() only', () => {
    assert.equal(secret.reveal(), value)
  })

  test('shows in no inspection, text, JSON, log line or copy', () => {
    const shown = [
      inspect(secret),
      inspect({ a: [secret] }, { depth: null, showHidden: true }),
      inspect(secret, { customInspect: false, showHidden: true }),
      format('%s %o %O %j %i', secret, secret, secret, secret, secret),
      String(secret),
      [secret].join(),
      JSON.stringify({ secret, list: [secret] }),
      JSON.stringify(Object.entries(secret)),
      inspect(structuredClone(secret)),
      String(new Error('failed', { cause: secret })),
      inspect(new Error('failed', { cause: secret })),
    ]
    const lines: string[] = []
    pino({ base: null }, { write: (line) => void lines.push(line) }).info(
      { secret, err: secret },
      'x %s',
      secret,
    )
    for (const text of [...shown, ...lines]) assert.ok(!text.includes(value), text)
    assert.equal(lines.length, 1)
    assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}')
  })
})

describe('seal and open', () => {
  const key = new Secret(randomBytes(32).toString('base64'))
  const context = 'webhook_endpoint:mer_1:false:we_1:secret'

  test('round trip, of any text', () => {
    for (const plain of ['', 'whsec_x', 'zażółć 🦊 \u0000', 'x'.repeat(10_000)]) {
      assert.equal(open(seal(plain, key, context), key, context), plain)
    }
  })

  test('the same text seals differently every time', () => {
    const sealed = Array.from({ length: 50 }, () => seal('whsec_x', key, context).toString('hex'))
    assert.equal(new Set(sealed).size, 50)
    // Not only as a whole: the wrapped key (byte 13) and the ciphertext (byte 89) differ too.
    assert.equal(new Set(sealed.map((hex) => hex.slice(26, 90))).size, 50)
    assert.equal(new Set(sealed.map((hex) => hex.slice(178))).size, 50)
  })

  test('the plain text is not inside', () => {
    assert.equal(seal('whsec_canary', key, context).includes('canary'), false)
  })

  test('no single flipped bit opens', () => {
    const sealed = seal('whsec_x', key, context)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const bad = Buffer.from(sealed)
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => open(bad, key, context), `bit ${bit}`)
    }
  })

  test('no cut, longer or empty value opens', () => {
    const sealed = seal('whsec_x', key, context)
    for (let length = 0; length < sealed.length; length++) {
      assert.throws(() => open(sealed.subarray(0, length), key, context))
    }
    assert.throws(() => open(Buffer.concat([sealed, Buffer.from([0])]), key, context))
  })

  test('another row, mode, merchant or key does not open it', () => {
    const sealed = seal('whsec_x', key, context)
    for (const other of [
      '',
      `${context} `,
      context.replace('false', 'true'),
      context.replace('mer_1', 'mer_2'),
    ]) {
      assert.throws(() => open(sealed, key, other))
    }
    assert.throws(() => open(sealed, new Secret(randomBytes(32).toString('base64')), context))
    assert.equal(open(sealed, key, context), 'whsec_x')
  })

  test('a key that is not 32 bytes is refused, without being quoted', () => {
    for (const bytes of [0, 16, 31, 33]) {
      const bad = new Secret(Buffer.alloc(bytes, 65).toString('base64'))
      assert.throws(
        () => seal('x', bad, context),
        (error: Error) => /32 bytes/.test(error.message) && !error.message.includes('QUFB'),
      )
    }
  })
})

describe('random text and digests', () => {
  test('letters and digits, as many as asked, none favoured', () => {
    for (const length of [0, 1, 12, 43])
      assert.match(randomText(length), new RegExp(`^[0-9A-Za-z]{${length}}$`))
    const counts = new Map<string, number>()
    for (const c of randomText(62_000)) counts.set(c, (counts.get(c) ?? 0) + 1)
    assert.equal(counts.size, 62)
    // 1,000 each, standard deviation 32: eight of them. `byte % 62` alone would favour eight characters by a quarter.
    for (const [c, count] of counts) assert.ok(count > 750 && count < 1250, `${c}: ${count}`)
    assert.equal(new Set(Array.from({ length: 1000 }, () => randomText(12))).size, 1000)
  })

  test('hashSecret is SHA-256, sameDigest compares', () => {
    const digest = createHash('sha256').update('abc').digest()
    assert.deepEqual(hashSecret('abc'), digest)
    assert.equal(sameDigest(hashSecret('abc'), digest), true)
    assert.equal(sameDigest(hashSecret('abd'), digest), false)
    assert.equal(sameDigest(digest.subarray(1), digest), false)
  })
})
