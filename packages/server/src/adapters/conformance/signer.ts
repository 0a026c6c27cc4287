import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { type Hex, recoverPublicKey } from 'viem'
import { ProviderError } from '../../lib/errors.ts'
import type { DigestSigner } from '../signer.ts'

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** A key as one adapter holds it, and the ways to break it. */
export type SignerWorld = {
  readonly key: DigestSigner
  /** The same key, out of reach: server down, file gone. Null where nothing can be out of reach. */
  readonly unreachable: DigestSigner | null
  /** Texts that must show nowhere: private keys, passphrases, credentials. */
  readonly secrets: readonly string[]
  close(): Promise<void>
}

/** What everything that holds a key must do. Run it once per adapter. Returns nothing: it registers. */
export function testDigestSigner(id: string, open: () => Promise<SignerWorld>): void {
  describe(`${id} as the holder of a key`, () => {
    let world: SignerWorld
    before(async () => {
      world = await open()
    })
    after(() => world.close())
    const digest = (n: number): Hex => `0x${createHash('sha256').update(`digest ${n}`).digest('hex')}`

    it('gives the uncompressed public key, always the same', async () => {
      const key = await world.key.publicKey()
      assert.match(key, /^0x04[0-9a-f]{128}$/)
      assert.equal(await world.key.publicKey(), key)
    })

    it('signs so that the key can be recovered, always low-s', async () => {
      const key = await world.key.publicKey()
      for (let n = 0; n < 20; n++) {
        const { r, s, y_parity } = await world.key.signDigest(digest(n))
        assert.match(r + s, /^(?:0x[0-9a-f]{64}){2}$/)
        assert.ok(BigInt(s) <= HALF_ORDER)
        const signature = { r, s, yParity: y_parity }
        assert.equal(await recoverPublicKey({ hash: digest(n), signature }), key)
      }
    })

    it('signs many at once, each its own', async () => {
      const key = await world.key.publicKey()
      const all = await Promise.all([1, 2, 3, 4].map(async (n) => world.key.signDigest(digest(n))))
      for (const [i, { r, s, y_parity }] of all.entries()) {
        const signature = { r, s, yParity: y_parity }
        assert.equal(await recoverPublicKey({ hash: digest(i + 1), signature }), key)
      }
    })

    it('refuses what is not a 32-byte digest', async () => {
      for (const bad of ['0x', '0x1234', `0x${'00'.repeat(33)}`, 'ff'.repeat(32)])
        await assert.rejects(world.key.signDigest(bad as Hex), TypeError)
    })

    it('says so when it cannot be reached', async () => {
      const { unreachable } = world
      if (!unreachable) return
      for (const call of [() => unreachable.publicKey(), () => unreachable.signDigest(digest(1))])
        await assert.rejects(call, (e: unknown) => e instanceof ProviderError && e.kind === 'unavailable')
    })

    it('shows no secret', async () => {
      const errors = await Promise.allSettled([
        world.key.signDigest('0x12'),
        world.unreachable?.signDigest(digest(1)),
        world.unreachable?.publicKey(),
      ])
      const shown = [world.key, world.unreachable, errors].map((value) =>
        inspect(value, { depth: 12, showHidden: true }),
      )
      shown.push(JSON.stringify(world.key))
      for (const secret of world.secrets)
        for (const text of shown) assert.ok(!text.includes(secret.replace(/^0x/, '')))
    })
  })
}
