import { randomBytes } from 'node:crypto'
import { xchacha20poly1305 } from '@noble/ciphers/chacha'
import { argon2idAsync } from '@noble/hashes/argon2'
import { type Hex, bytesToHex, hexToBytes } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { z } from 'zod'
import { Secret } from '../../../lib/secrets.ts'

/**
 * Cost of a guess at the passphrase: passes, memory in KiB, lanes. OWASP's least is 2, 19456, 1. Ours takes about a
 * second of this library, once per process.
 */
export type Cost = { readonly t: number; readonly m: number; readonly p: number }
const COST: Cost = { t: 2, m: 32_768, p: 1 }

const hex = z.string().regex(/^[0-9a-f]*$/)
// Bounds: a file that somebody else wrote must not make us allocate everything, nor be cheap to guess at.
const file = z.strictObject({
  format: z.literal('skiro-keystore-1'),
  public_key: z.string().regex(/^0x04[0-9a-f]{128}$/),
  argon2id: z.strictObject({
    t: z.int().min(1).max(16),
    m: z.int().min(8).max(1_048_576),
    p: z.int().min(1).max(8),
    salt: hex.length(32),
  }),
  xchacha20poly1305: z.strictObject({ nonce: hex.length(48), ciphertext: hex.length(96) }),
})
export type KeystoreFile = z.output<typeof file>

/** The passphrase is wrong, or the file was changed: authenticated encryption does not tell these apart. */
export class KeystoreLocked extends Error {
  override name = 'KeystoreLocked'
}

/** Encrypts a private key, with all that is needed to open it but the passphrase. */
export async function sealKey(private_key: Secret, passphrase: Secret, cost = COST): Promise<KeystoreFile> {
  const head = {
    format: 'skiro-keystore-1' as const,
    public_key: publicKeyOf(private_key),
    argon2id: { ...cost, salt: randomBytes(16).toString('hex') },
  }
  const nonce = randomBytes(24)
  const cipher = xchacha20poly1305(await derive(head, passphrase), nonce, headBytes(head))
  const ciphertext = cipher.encrypt(hexToBytes(private_key.reveal() as Hex))
  return {
    ...head,
    xchacha20poly1305: { nonce: nonce.toString('hex'), ciphertext: bytesToHex(ciphertext).slice(2) },
  }
}

/** @throws KeystoreLocked */
export async function openKey(keystore: KeystoreFile, passphrase: Secret): Promise<Secret> {
  const { xchacha20poly1305: sealed, ...head } = keystore
  const key = await derive(head, passphrase)
  const cipher = xchacha20poly1305(key, Buffer.from(sealed.nonce, 'hex'), headBytes(head))
  try {
    return new Secret(bytesToHex(cipher.decrypt(Buffer.from(sealed.ciphertext, 'hex'))))
  } catch {
    throw new KeystoreLocked('The keystore does not open: the passphrase is wrong, or the file was changed.')
  }
}

/** @throws Error that names what is wrong with the file */
export function parseKeystore(text: string): KeystoreFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error('The keystore is not a JSON file.')
  }
  const parsed = file.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`The keystore is not of this format: ${issue?.path.join('.')}: ${issue?.message}`)
}

/** @throws Error for what is not a private key, without quoting it */
export function publicKeyOf(private_key: Secret): Hex {
  try {
    return privateKeyToAccount(private_key.reveal() as Hex).publicKey
  } catch {
    throw new Error('This is not a secp256k1 private key (0x and 64 hex digits).')
  }
}

type Head = Omit<KeystoreFile, 'xchacha20poly1305'>

/** Authenticated with the key: a changed public key or cost makes the file useless instead of misleading. */
function headBytes({ format, public_key, argon2id: { t, m, p, salt } }: Head): Uint8Array {
  return Buffer.from(JSON.stringify([format, public_key, t, m, p, salt]))
}

async function derive({ argon2id: { t, m, p, salt } }: Head, passphrase: Secret): Promise<Uint8Array> {
  const text = Buffer.from(passphrase.reveal().normalize('NFKC'))
  return await argon2idAsync(text, Buffer.from(salt, 'hex'), { t, m, p, dkLen: 32 })
}
