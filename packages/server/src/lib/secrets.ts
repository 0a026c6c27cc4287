import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'
import { assert } from './assert.ts'

/** A value that never shows itself in logs, errors or JSON. Only `reveal()` gives it out. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** SHA-256 of a high-entropy secret, for storing API keys: slow hashes are for passwords, not for 256 random bits. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Constant-time comparison of two digests of equal length. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random letters and digits. 43 characters carry 256 bits. Bytes that would favour some characters are thrown away. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += BASE62[byte % 62]
    }
  }
  return text
}

const VERSION = 1

/**
 * Envelope encryption (AES-256-GCM): a fresh data key for every value, itself encrypted under the key-encryption key,
 * which lives outside the database. `context` names table, row and column and is authenticated: a sealed value copied
 * to another row does not open. Layout: version, nonce 12, wrapped key 32, tag 16, nonce 12, tag 16, ciphertext.
 */
export function seal(plain: string, keyEncryptionKey: Secret, context: string): Buffer {
  const dataKey = randomBytes(32)
  const wrapped = encrypt(dataKey, kek(keyEncryptionKey), `key:${context}`)
  const body = encrypt(Buffer.from(plain), dataKey, context)
  return Buffer.concat([
    Buffer.from([VERSION]),
    wrapped.nonce,
    wrapped.ciphertext,
    wrapped.tag,
    body.nonce,
    body.tag,
    body.ciphertext,
  ])
}

/** Opens what `seal` made. Throws when the key, the context or a single bit differs. */
export function open(sealed: Buffer, keyEncryptionKey: Secret, context: string): string {
  assert(sealed[0] === VERSION && sealed.length >= 89, 'sealed value of an unknown version')
  const part = (from: number, length: number) => sealed.subarray(from, from + length)
  const dataKey = decrypt(part(13, 32), kek(keyEncryptionKey), part(1, 12), part(45, 16), `key:${context}`)
  return decrypt(sealed.subarray(89), dataKey, part(61, 12), part(73, 16), context).toString()
}

function kek(secret: Secret): Buffer {
  const key = Buffer.from(secret.reveal(), 'base64')
  assert(key.length === 32, 'the key-encryption key must be 32 bytes in base64')
  return key
}

function encrypt(plain: Buffer, key: Buffer, context: string) {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return { nonce, ciphertext, tag: cipher.getAuthTag() }
}

function decrypt(ciphertext: Buffer, key: Buffer, nonce: Buffer, tag: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context)).setAuthTag(tag)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}
