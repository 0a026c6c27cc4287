import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import { KeyRing } from './keyRing.ts'
import { SealedByUnknownKey, headOf, open, rewrap, seal, sealedBy } from './seal.ts'
import { Secret } from './secrets.ts'

const newKey = () => new Secret(randomBytes(32).toString('base64'))
const key = newKey()
const ring = new KeyRing(key)
const context = 'webhook_endpoint:mer_1:false:we_1:secret'

/** Sealed by the program before keys had ids, with a key of 32 times the byte 7, under the same context. */
const FIRST_FORMAT = {
  key: new Secret(Buffer.alloc(32, 7).toString('base64')),
  sealed: Buffer.from(
    'AUXwgPqileNc/wVt1urOU7y+/aLQB79PwkKLZM4jdS2qja6t0YKNmHX/rJzepnTAe2bNOL/hYdCq7cRjVM6WTaeYtk+CdbgnQC4eE4vgn3D00fc3VItiao+KR67jmltUz48KOGPgw82F43WwOP3RyEc/Cw==',
    'base64',
  ),
  plain: 'whsec_of_the_first_version',
}

describe('seal and open', () => {
  test('round trip, of any text', () => {
    for (const plain of ['', 'whsec_x', 'zażółć 🦊 \u0000', 'x'.repeat(10_000)]) {
      assert.equal(open(seal(plain, ring, context), ring, context), plain)
    }
  })

  test('the same text seals differently every time', () => {
    const sealed = Array.from({ length: 50 }, () => seal('whsec_x', ring, context).toString('hex'))
    assert.equal(new Set(sealed).size, 50)
    // Not only as a whole: the wrapped key (byte 17) and the ciphertext (byte 93) differ too.
    assert.equal(new Set(sealed.map((hex) => hex.slice(34, 98))).size, 50)
    assert.equal(new Set(sealed.map((hex) => hex.slice(186))).size, 50)
  })

  test('the plain text is not inside', () => {
    assert.equal(seal('whsec_canary', ring, context).includes('canary'), false)
  })

  test('no single flipped bit opens', () => {
    const sealed = seal('whsec_x', ring, context)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const bad = Buffer.from(sealed)
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => open(bad, ring, context), `bit ${bit}`)
    }
  })

  test('no cut, longer or empty value opens', () => {
    for (const sealed of [seal('whsec_x', ring, context), FIRST_FORMAT.sealed]) {
      for (let length = 0; length < sealed.length; length++) {
        assert.throws(() => open(sealed.subarray(0, length), ring, context))
      }
      assert.throws(() => open(Buffer.concat([sealed, Buffer.from([0])]), ring, context))
    }
  })

  test('another row, mode, merchant or key does not open it', () => {
    const sealed = seal('whsec_x', ring, context)
    for (const other of [
      '',
      `${context} `,
      context.replace('false', 'true'),
      context.replace('mer_1', 'mer_2'),
    ]) {
      assert.throws(() => open(sealed, ring, other))
    }
    assert.throws(() => open(sealed, new KeyRing(newKey()), context), SealedByUnknownKey)
    assert.equal(open(sealed, ring, context), 'whsec_x')
  })

  test('a key that is not 32 bytes is refused, without being quoted', () => {
    for (const bytes of [0, 16, 31, 33]) {
      const bad = new Secret(Buffer.alloc(bytes, 65).toString('base64'))
      for (const make of [() => new KeyRing(bad), () => new KeyRing(key, [bad])])
        assert.throws(
          make,
          (error: Error) => /32 bytes/.test(error.message) && !error.message.includes('QUFB'),
        )
    }
  })
})

describe('several keys', () => {
  const next = newKey()

  test('the current one seals, each of them opens', () => {
    const both = new KeyRing(next, [key])
    const old = seal('old', ring, context)
    assert.equal(open(old, both, context), 'old')
    const fresh = seal('new', both, context)
    assert.equal(open(fresh, new KeyRing(next), context), 'new')
    assert.throws(() => open(fresh, ring, context), SealedByUnknownKey)
    // While processes are replaced one by one: those that seal with the old key know the new one already.
    assert.equal(open(fresh, new KeyRing(key, [next]), context), 'new')
  })

  test('a value says which key sealed it, by the start of the key’s SHA-256', () => {
    const id = createHash('sha256').update(Buffer.from(key.reveal(), 'base64')).digest('hex').slice(0, 8)
    const sealed = seal('x', ring, context)
    assert.deepEqual([ring.current.id, sealedBy(sealed)], [id, id])
    assert.deepEqual(sealed.subarray(0, 5), headOf({ id }))
    assert.throws(() => open(sealed, new KeyRing(next), context), {
      key_id: id,
      message: `A stored secret is sealed with the key-encryption key ${id}, which the settings do not have.`,
    })
  })

  test('what was sealed before keys had ids opens with the key it was sealed with, wherever that stands', () => {
    const { sealed, plain } = FIRST_FORMAT
    for (const keys of [
      new KeyRing(FIRST_FORMAT.key),
      new KeyRing(next, [key, FIRST_FORMAT.key]),
      new KeyRing(FIRST_FORMAT.key, [next]),
    ])
      assert.equal(open(sealed, keys, context), plain)
    assert.equal(sealedBy(sealed), null)
    assert.throws(() => open(sealed, new KeyRing(next, [key]), context), { key_id: null })
    assert.throws(() => open(sealed, new KeyRing(FIRST_FORMAT.key), `${context} `), SealedByUnknownKey)
  })

  test('naming a key twice changes nothing', () => {
    assert.equal(new KeyRing(key, [next, key, next]).all.length, 2)
  })

  test('no key shows in inspection, text, JSON or an error', () => {
    const both = new KeyRing(key, [next])
    const bytes = Buffer.from(key.reveal(), 'base64')
    const shown = [
      inspect(both, { depth: null, showHidden: true }),
      format('%s %o %O %j', both, both, both, both),
      JSON.stringify(both),
    ].join()
    for (const secret of [key.reveal(), bytes.toString('hex'), bytes.subarray(0, 8).toString('hex')])
      assert.ok(!shown.includes(secret))
    assert.match(shown, new RegExp(both.current.id))
  })
})

describe('rewrap', () => {
  const next = newKey()
  const both = new KeyRing(next, [key, FIRST_FORMAT.key])

  test('puts a value under the current key and changes nothing in it', () => {
    for (const [sealed, plain] of [
      [seal('whsec_x', ring, context), 'whsec_x'],
      [FIRST_FORMAT.sealed, FIRST_FORMAT.plain],
    ] as const) {
      const rewrapped = rewrap(sealed, both, context)
      assert.equal(open(rewrapped, new KeyRing(next), context), plain)
      assert.throws(() => open(rewrapped, ring, context), SealedByUnknownKey)
      assert.equal(sealedBy(rewrapped), both.current.id)
      // Nonce, tag and ciphertext: the plain text was not needed.
      const body = 28 + Buffer.byteLength(plain)
      assert.deepEqual(rewrapped.subarray(-body), sealed.subarray(-body))
    }
  })

  test('is bound to the row, and needs a key that opens', () => {
    const sealed = seal('whsec_x', ring, context)
    assert.throws(() => rewrap(sealed, both, `${context} `))
    assert.throws(() => rewrap(sealed, new KeyRing(next), context), SealedByUnknownKey)
  })
})
