import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { assert } from './assert.ts'
import type { EncryptionKey, KeyRing } from './keyRing.ts'

const NONCE = 12
const TAG = 16
const WRAPPED = NONCE + 32 + TAG

/** The first bytes of a sealed value, by format: 1 does not say which key sealed it, 2 goes on with the key's id. */
const UNNAMED = 1
const NAMED = 2
const NAMED_HEAD = 5

/** A value that no key of this server's settings opens. */
export class SealedByUnknownKey extends Error {
  override name = 'SealedByUnknownKey'
  /** Id of the key that would; null when the value does not say. */
  readonly key_id: string | null

  constructor(key_id: string | null) {
    super(
      key_id === null
        ? 'A stored secret does not open with any key-encryption key of the settings.'
        : `A stored secret is sealed with the key-encryption key ${key_id}, which the settings do not have.`,
    )
    this.key_id = key_id
  }
}

/**
 * Envelope encryption (AES-256-GCM): a fresh data key for every value, itself encrypted under the ring's current key.
 * `context` names table, row and column and is authenticated: a sealed value copied to another row does not open.
 * Layout: format 1 byte, key id 4, the wrapped key (nonce 12, key 32, tag 16), nonce 12, tag 16, ciphertext. Format 1 has
 * no key id.
 */
export function seal(plain: string, ring: KeyRing, context: string): Buffer {
  const data_key = randomBytes(32)
  const { nonce, ciphertext, tag } = encrypt(Buffer.from(plain), createSecretKey(data_key), context)
  return Buffer.concat([headOf(ring.current), wrap(data_key, ring.current, context), nonce, tag, ciphertext])
}

/**
 * Opens what `seal` made under any key of the ring. Throws when the context or a single bit differs.
 * @throws SealedByUnknownKey
 */
export function open(sealed: Buffer, ring: KeyRing, context: string): string {
  const { body, data_key } = unwrap(sealed, ring, context)
  const [nonce, tag, ciphertext] = cut(body, NONCE, TAG)
  return decrypt(ciphertext, createSecretKey(data_key), nonce, tag, context).toString()
}

/**
 * The same value, its data key wrapped under the ring's current key. What it holds is not decrypted.
 * @throws as `open` does, but for a change in the ciphertext, which it does not look at
 */
export function rewrap(sealed: Buffer, ring: KeyRing, context: string): Buffer {
  const { body, data_key } = unwrap(sealed, ring, context)
  return Buffer.concat([headOf(ring.current), wrap(data_key, ring.current, context), body])
}

/** How everything begins that this key seals. */
export function headOf({ id }: Pick<EncryptionKey, 'id'>): Buffer {
  return Buffer.from([NAMED, ...Buffer.from(id, 'hex')])
}

/** Id of the key that sealed a value, from its first 5 bytes or more; null when it does not say. */
export function sealedBy(head: Buffer): string | null {
  return head[0] === NAMED ? head.subarray(1, NAMED_HEAD).toString('hex') : null
}

function unwrap(sealed: Buffer, ring: KeyRing, context: string): { body: Buffer; data_key: Buffer } {
  const named = sealed[0] === NAMED
  assert(named || sealed[0] === UNNAMED, 'a sealed value of an unknown format')
  const [, wrapped, body] = cut(sealed, named ? NAMED_HEAD : 1, WRAPPED)
  assert(body.length >= NONCE + TAG, 'a sealed value that is cut short')
  const id = sealedBy(sealed)
  if (id !== null) {
    const key = ring.find(id)
    if (!key) throw new SealedByUnknownKey(id)
    return { body, data_key: unwrapWith(key, wrapped, context) }
  }
  for (const key of ring.all) {
    try {
      return { body, data_key: unwrapWith(key, wrapped, context) }
    } catch {
      // Another key's, or changed: authenticated encryption does not tell these apart.
    }
  }
  throw new SealedByUnknownKey(null)
}

function wrap(data_key: Buffer, { key }: EncryptionKey, context: string): Buffer {
  const { nonce, ciphertext, tag } = encrypt(data_key, key, `key:${context}`)
  return Buffer.concat([nonce, ciphertext, tag])
}

function unwrapWith({ key }: EncryptionKey, wrapped: Buffer, context: string): Buffer {
  const [nonce, ciphertext, tag] = cut(wrapped, NONCE, 32)
  return decrypt(ciphertext, key, nonce, tag, `key:${context}`)
}

/** The first bytes, the next ones, and the rest. */
function cut(bytes: Buffer, first: number, second: number): [Buffer, Buffer, Buffer] {
  return [bytes.subarray(0, first), bytes.subarray(first, first + second), bytes.subarray(first + second)]
}

function encrypt(plain: Buffer, key: KeyObject, context: string) {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return { nonce, ciphertext, tag: cipher.getAuthTag() }
}

function decrypt(ciphertext: Buffer, key: KeyObject, nonce: Buffer, tag: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}
