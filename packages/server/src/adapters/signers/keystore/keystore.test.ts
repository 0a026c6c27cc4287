import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { SIGNER_KEY } from '../../../../../../test/support/signing.ts'
import { Secret } from '../../../lib/secrets.ts'
import { readKeystore, readPassphrase, writeKeystore } from './files.ts'
import { openKey, parseKeystore, sealKey } from './format.ts'
import { createKeystoreSigner } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'skiro-keystore-'))
after(async () => rm(folder, { recursive: true }))

const CHEAP = { t: 1, m: 64, p: 1 }
const PASSPHRASE = new Secret('Fünf Äpfel')
const sealed = await sealKey(new Secret(SIGNER_KEY), PASSPHRASE, CHEAP)
const DIGEST = `0x${'ab'.repeat(32)}` as const

test('opens with its passphrase, however its letters were typed, and holds no plain key', async () => {
  assert.equal((await openKey(sealed, PASSPHRASE)).reveal(), SIGNER_KEY)
  assert.equal((await openKey(sealed, new Secret('Fünf Äpfel'.normalize('NFD')))).reveal(), SIGNER_KEY)
  assert.ok(!JSON.stringify(sealed).includes(SIGNER_KEY.slice(2)))
})

test('costs what OWASP asks for at least, unless told otherwise', async () => {
  const { argon2id } = await sealKey(new Secret(SIGNER_KEY), PASSPHRASE)
  assert.ok(argon2id.t >= 2 && argon2id.m >= 19_456)
})

test('the same key and passphrase make another file each time', async () => {
  const again = await sealKey(new Secret(SIGNER_KEY), PASSPHRASE, CHEAP)
  assert.notEqual(again.argon2id.salt, sealed.argon2id.salt)
  assert.notEqual(again.xchacha20poly1305.ciphertext, sealed.xchacha20poly1305.ciphertext)
})

describe('stays shut', () => {
  const flip = (hex: string) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)
  const { argon2id, xchacha20poly1305: box } = sealed
  const changed: [string, object][] = [
    ['ciphertext', { xchacha20poly1305: { ...box, ciphertext: flip(box.ciphertext) } }],
    ['nonce', { xchacha20poly1305: { ...box, nonce: flip(box.nonce) } }],
    ['salt', { argon2id: { ...argon2id, salt: flip(argon2id.salt) } }],
    ['cost', { argon2id: { ...argon2id, t: 2 } }],
    [
      'public key',
      { public_key: sealed.public_key.slice(0, -1) + (sealed.public_key.endsWith('0') ? '1' : '0') },
    ],
  ]
  for (const [what, change] of changed) {
    test(`with a changed ${what}`, async () => {
      await assert.rejects(openKey({ ...sealed, ...change }, PASSPHRASE), { name: 'KeystoreLocked' })
    })
  }
  test('with another passphrase', async () => {
    await assert.rejects(openKey(sealed, new Secret('fünf äpfel')), { name: 'KeystoreLocked' })
  })
})

test('says what is wrong with a file that is none', () => {
  const { argon2id } = sealed
  const bad: [string, RegExp][] = [
    ['', /not a JSON file/],
    ['{}', /format/],
    [JSON.stringify({ ...sealed, more: 1 }), /more/],
    [JSON.stringify({ ...sealed, argon2id: { ...argon2id, m: 2 ** 30 } }), /argon2id\.m/],
  ]
  for (const [text, message] of bad) assert.throws(() => parseKeystore(text), message)
})

describe('files', () => {
  test('are written for their owner alone, and never over another', async () => {
    const path = join(folder, 'own')
    await writeKeystore(path, sealed)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await readKeystore(path), sealed)
    await assert.rejects(writeKeystore(path, sealed), /never overwritten/)
    for (const mode of [0o644, 0o640, 0o602]) {
      await chmod(path, mode)
      await assert.rejects(readKeystore(path), /chmod 600/)
    }
  })

  test('a passphrase is one line that only its owner can read', async () => {
    const path = join(folder, 'passphrase')
    await writeFile(path, 'one\r\ntwo\n', { mode: 0o600 })
    assert.equal((await readPassphrase(path)).reveal(), 'one')
    await writeFile(path, '\n')
    await assert.rejects(readPassphrase(path), /is empty/)
    await chmod(path, 0o644)
    await assert.rejects(readPassphrase(path), /chmod 600/)
    await assert.rejects(readPassphrase(join(folder, 'none')), /ENOENT/)
  })
})

test('signs again once a wrong passphrase was put right', async () => {
  const path = join(folder, 'mended')
  await writeKeystore(path, sealed)
  let passphrase = new Secret('wrong')
  const signer = createKeystoreSigner(path, async () => passphrase)
  assert.equal(await signer.publicKey(), sealed.public_key)
  await assert.rejects(signer.signDigest(DIGEST), { name: 'ProviderError', kind: 'unavailable' })
  passphrase = PASSPHRASE
  await signer.signDigest(DIGEST)
  assert.ok(!(await readFile(path, 'utf8')).includes(SIGNER_KEY.slice(2)))
})
