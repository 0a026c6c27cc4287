import { hashSecret, randomText } from '../lib/secrets.ts'
import type { PresentedKey } from '../lib/tenant.ts'

const ID_LENGTH = 12
const SECRET_LENGTH = 43
const SHAPE = new RegExp(`^sk_(test|live)_([0-9A-Za-z]{${ID_LENGTH}})([0-9A-Za-z]{${SECRET_LENGTH}})$`)

const LOOSE = new RegExp(
  `^(?:sk_(?:test|live)_)?([0-9A-Za-z]{${ID_LENGTH}})(?:[0-9A-Za-z]{${SECRET_LENGTH}})?$`,
)

/** A new key: mode, public id (12), secret (43 characters, 256 bits). Shown once; only its hash is kept. */
export function newApiKey(livemode: boolean): { text: string; id: string; secret_hash: Buffer } {
  const id = randomText(ID_LENGTH)
  const secret = randomText(SECRET_LENGTH)
  return { text: `sk_${livemode ? 'live' : 'test'}_${id}${secret}`, id, secret_hash: hashSecret(secret) }
}

/** Reads `Authorization: Bearer sk_…` (RFC 6750 §2.1). Null when it is not shaped like one of our keys. */
export function parseApiKey(authorization: string | undefined): PresentedKey | null {
  const [scheme, token, ...rest] = (authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) return null
  const match = SHAPE.exec(token)
  if (!match) return null
  const [, mode, id = '', secret = ''] = match
  return { id, secret_hash: hashSecret(secret), livemode: mode === 'live' }
}

/**
 * The public id in what a person copied: the id, the beginning of a key that lists show, or a whole key that leaked.
 * Null when it is none of these.
 */
export function keyIdIn(text: string): string | null {
  const [, id] = LOOSE.exec(text) ?? []
  return id ?? null
}
