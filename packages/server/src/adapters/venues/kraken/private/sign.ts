import { createHash, createHmac } from 'node:crypto'

/**
 * `API-Sign` of a private call: HMAC-SHA512 over the path and the SHA-256 of nonce and body, with the decoded private
 * key (docs.kraken.com/api/docs/guides/spot-rest-auth).
 * @param private_key base64, as Kraken shows it
 */
export function signCall(path: string, nonce: string, body: string, private_key: string): string {
  const inner = createHash('sha256')
    .update(nonce + body)
    .digest()
  return createHmac('sha512', Buffer.from(private_key, 'base64')).update(path).update(inner).digest('base64')
}
