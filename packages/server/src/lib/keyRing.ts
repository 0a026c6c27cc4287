import { type KeyObject, createHash, createSecretKey } from 'node:crypto'
import { assert } from './assert.ts'
import type { Secret } from './secrets.ts'

/** A key-encryption key. Its id, the first 8 hex digits of its SHA-256, is no secret: it is written into what it seals. */
export type EncryptionKey = { readonly id: string; readonly key: KeyObject }

/**
 * The key-encryption keys of this server, which live outside the database. The current one seals and opens; the others
 * only open, so that a key can be replaced while everything runs.
 */
export class KeyRing {
  readonly current: EncryptionKey
  /** The current one first. */
  readonly all: readonly EncryptionKey[]

  constructor(current: Secret, others: readonly Secret[] = []) {
    this.current = read(current)
    const all = new Map<string, EncryptionKey>()
    for (const key of [this.current, ...others.map(read)]) {
      const twin = all.get(key.id)
      if (!twin) all.set(key.id, key)
      else assert(twin.key.equals(key.key), 'two key-encryption keys have the same id: replace one of them')
    }
    this.all = [...all.values()]
  }

  find(id: string): EncryptionKey | null {
    return this.all.find((key) => key.id === id) ?? null
  }
}

/** Whether the text is a key: 32 bytes in base64. */
export function isEncryptionKey(secret: Secret): boolean {
  return Buffer.from(secret.reveal(), 'base64').length === 32
}

function read(secret: Secret): EncryptionKey {
  assert(isEncryptionKey(secret), 'the key-encryption key must be 32 bytes in base64')
  const bytes = Buffer.from(secret.reveal(), 'base64')
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  return { id, key: createSecretKey(bytes) }
}
