import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type Keys = { readonly api_key: string; readonly private_key: string }

/** Known to everybody, like all keys of the sandbox. */
export const SANDBOX_KEYS: Keys = {
  api_key: 'kraken-sandbox-key',
  private_key: Buffer.from('the private key of the sandbox at its simulated Kraken, 64 bytes.').toString(
    'base64',
  ),
}

export type Signed = {
  readonly path: string
  readonly body: string
  readonly key: string
  readonly sign: string
}

/** Checks key, signature and nonce as Kraken does. Gives the fields, or Kraken's error. */
export function readCall({ path, body, key, sign }: Signed, keys: Keys): URLSearchParams | string {
  if (key !== keys.api_key) return 'EAPI:Invalid key'
  const fields = new URLSearchParams(body)
  const nonce = fields.get('nonce') ?? ''
  const inner = createHash('sha256')
    .update(nonce + body)
    .digest()
  const expected = createHmac('sha512', Buffer.from(keys.private_key, 'base64'))
    .update(path)
    .update(inner)
    .digest()
  const given = Buffer.from(sign, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'EAPI:Invalid signature'
  if (!/^[1-9][0-9]{0,19}$/.test(nonce)) return 'EAPI:Invalid nonce'
  return fields
}
