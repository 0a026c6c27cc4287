import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import { pino } from 'pino'
import { Secret, hashSecret, randomText, sameDigest } from './secrets.ts'

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
