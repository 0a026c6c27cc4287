import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { keyIdIn, newApiKey, parseApiKey } from './apiKey.ts'
import { presentedKey } from './authenticate.ts'

test('a key names its mode and its id, and only the hash of its secret is kept', () => {
  for (const livemode of [true, false]) {
    const key = newApiKey(livemode)
    assert.match(key.text, new RegExp(`^sk_${livemode ? 'live' : 'test'}_[0-9A-Za-z]{55}$`))
    const body = key.text.slice(8)
    assert.equal(key.id, body.slice(0, 12))
    const secret_hash = createHash('sha256').update(body.slice(12)).digest()
    assert.deepEqual(key.secret_hash, secret_hash)
    assert.deepEqual(parseApiKey(`Bearer ${key.text}`), { id: key.id, secret_hash, livemode })
  }
})

test('keys do not repeat', () => {
  const keys = Array.from({ length: 1000 }, () => newApiKey(false))
  assert.equal(new Set(keys.map(({ id }) => id)).size, 1000)
  assert.equal(new Set(keys.map(({ secret_hash }) => secret_hash.toString('hex'))).size, 1000)
})

test('everything else is refused with the same words', () => {
  const { text } = newApiKey(false)
  const bad = [
    [undefined, '', ' ', 'Bearer', 'Bearer ', text, `Basic ${text}`, `Bearer  ${text}`, ` Bearer ${text}`],
    [
      `Bearer ${text} `,
      `Bearer ${text} x`,
      `Bearer ${text}\n`,
      `Bearer ${text}A`,
      `Bearer ${text.slice(0, -1)}`,
    ],
    [
      `Bearer ${text.replace('sk_test', 'pk_test')}`,
      `Bearer ${text.replace('test', 'TEST')}`,
      `Bearer\t${text}`,
    ],
    [`Bearer ${text.replace('sk_test', 'sk_prod')}`, `Bearer sk_test_${'-'.repeat(55)}`, `Bearer "${text}"`],
    [`Bearer sk_test_${'é'.repeat(55)}`, `Bearer ${text},${text}`],
  ].flat()
  for (const header of bad) {
    assert.equal(parseApiKey(header), null, JSON.stringify(header))
    assert.throws(() => presentedKey(header), {
      code: 'invalid_api_key',
      message: 'The provided API key was not found or has been revoked.',
    })
  }
  assert.ok(parseApiKey(`bearer ${text}`))
})

test('the id of a key is found in what a person copied, and in nothing else', () => {
  const { text, id } = newApiKey(true)
  for (const copied of [id, `sk_live_${id}`, `sk_test_${id}`, text]) assert.equal(keyIdIn(copied), id)
  const bad = [
    '',
    id.slice(1),
    `${id}x`,
    `sk_${id}`,
    `pk_live_${id}`,
    ` ${id}`,
    `${id}\n`,
    text.slice(0, -1),
    `${text}x`,
  ]
  for (const copied of bad) assert.equal(keyIdIn(copied), null, JSON.stringify(copied))
})
