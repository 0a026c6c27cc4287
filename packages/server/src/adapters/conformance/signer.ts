import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { type Hex, keccak256, recoverPublicKey } from 'viem'
import { ProviderError } from '../../lib/errors.ts'
import {
  type DigestSigner,
  type Refusal,
  type Signer,
  SigningRefused,
  type SigningRequest,
} from '../signer.ts'

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

/** A guarded signer, whose caps are 10 units in one transaction and 25 in an hour, and what to ask of it. */
export type GuardedWorld = {
  readonly signer: Signer
  readonly unreachable: Signer | null
  /** An order that may be signed: its transaction pays `amount` units with that nonce. */
  request(id: string, nonce: number, amount?: bigint): SigningRequest
  /** Requests that must not be signed, and why. */
  readonly bad: readonly (readonly [what: string, request: SigningRequest, reason: Refusal])[]
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends it and opens it again, with what it has written down. */
  reopen(): Promise<Signer>
  close(): Promise<void>
}

/** What every signer must do that chains are handed. Run it once per key and place. Returns nothing: it registers. */
export function testSigner(id: string, open: () => Promise<GuardedWorld>): void {
  describe(`${id} as a signer`, () => {
    let world: GuardedWorld
    before(async () => {
      world = await open()
    })
    after(() => world.close())

    const signs = async (signer: Signer, request: SigningRequest) => {
      await signer.review(request)
      const [signature, ...more] = await signer.signTransaction(request)
      assert.ok(signature && more.length === 0)
      const { r, s, y_parity } = signature
      const hash = keccak256(request.unsigned)
      const recovered = await recoverPublicKey({ hash, signature: { r, s, yParity: y_parity } })
      assert.equal(recovered, await signer.publicKey())
    }
    const refuses = async (signer: Signer, request: SigningRequest, reason: Refusal) =>
      assert.rejects(signer.signTransaction(request), (error: unknown) => {
        assert.ok(error instanceof SigningRefused, inspect(error))
        assert.deepEqual([error.reason, error.kind], [reason, 'refused'])
        return true
      })

    it('signs an order, and signs it again without counting it', async () => {
      for (let i = 0; i < 4; i++) await signs(world.signer, world.request('po_a', 1, 10n))
    })

    it('refuses the same order with another nonce or amount, and its nonce to others', async () => {
      await refuses(world.signer, world.request('po_a', 2, 10n), 'signed_before')
      await refuses(world.signer, world.request('po_a', 1, 9n), 'signed_before')
      await refuses(world.signer, world.request('po_b', 1, 10n), 'signed_before')
    })

    it('refuses what it must not sign', async () => {
      for (const [, request, reason] of world.bad) await refuses(world.signer, request, reason)
    })

    it('signs nothing while it is stopped', async () => {
      await world.stop()
      await refuses(world.signer, world.request('po_a', 1, 10n), 'stopped')
      await assert.rejects(world.signer.review(world.request('po_a', 1)), { reason: 'stopped' })
      await world.start()
      await signs(world.signer, world.request('po_a', 1, 10n))
    })

    it('keeps to its caps', async () => {
      await refuses(world.signer, world.request('po_c', 3, 11n), 'over_transaction_cap')
      await signs(world.signer, world.request('po_d', 4, 10n))
      await refuses(world.signer, world.request('po_e', 5, 10n), 'over_hour_cap')
      await assert.rejects(world.signer.review(world.request('po_e', 5, 10n)), { reason: 'over_hour_cap' })
      await signs(world.signer, world.request('po_f', 6, 5n))
    })

    it('says so when it cannot be reached', async () => {
      const { unreachable } = world
      if (!unreachable) return
      const calls = [
        () => unreachable.publicKey(),
        () => unreachable.signTransaction(world.request('po_a', 1, 10n)),
      ]
      for (const call of calls)
        await assert.rejects(call, (e: unknown) => e instanceof ProviderError && e.kind === 'unavailable')
    })

    it('remembers all that after a restart', async () => {
      const signer = await world.reopen()
      await signs(signer, world.request('po_a', 1, 10n))
      await refuses(signer, world.request('po_a', 2, 10n), 'signed_before')
      await refuses(signer, world.request('po_g', 7, 1n), 'over_hour_cap')
    })
  })
}
