import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type Hex, recoverAddress } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { createLocalSigner } from './local.ts'

const KEY: Hex = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

const sha256 = (text: string): Hex => `0x${createHash('sha256').update(text).digest('hex')}`

test('matches the published RFC 6979 vector for secp256k1', async () => {
  const signer = createLocalSigner(`0x${'1'.padStart(64, '0')}`)
  const { r, s } = await signer.signDigest(sha256('Satoshi Nakamoto'))
  assert.equal(r, '0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8')
  assert.equal(s, '0x2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5')
})

test('every signature is low-s, repeatable, and recovers to the wallet', async () => {
  const signer = createLocalSigner(KEY)
  for (let i = 0; i < 40; i++) {
    const digest = sha256(`payout ${i}`)
    const first = await signer.signDigest(digest)
    assert.ok(BigInt(first.s) <= HALF_ORDER)
    assert.deepEqual(await signer.signDigest(digest), first)
    const { r, s, y_parity } = first
    assert.equal(
      await recoverAddress({ hash: digest, signature: { r, s, yParity: y_parity } }),
      privateKeyToAddress(KEY),
    )
  }
})

test('gives the uncompressed public key', async () => {
  assert.match(await createLocalSigner(KEY).publicKey(), /^0x04[0-9a-f]{128}$/)
})

test('the key shows in no inspection, JSON or error', () => {
  const signer = createLocalSigner(KEY)
  const shown = [inspect(signer, { depth: 9, showHidden: true }), JSON.stringify(signer)]
  for (const text of shown) assert.ok(!text.includes(KEY.slice(2)))
  for (const bad of [
    `${KEY}00`,
    KEY.slice(0, -2),
    `0x${'f'.repeat(64)}`,
    `0x${'0'.repeat(64)}`,
    KEY.slice(2),
  ]) {
    assert.throws(
      () => createLocalSigner(bad as Hex),
      (error: Error) => !inspect(error).includes(bad.slice(2, 20)),
    )
  }
})

test('refuses what is not a 32-byte digest', async () => {
  await assert.rejects(createLocalSigner(KEY).signDigest('0x1234'), TypeError)
})
