import { type KeyObject, createHmac, createSecretKey } from 'node:crypto'

const PREFIX = 'whsec_'

/** The keys of one secret, ready to sign with: Node takes four times as long when it is given bytes. */
export type SigningKeys = { readonly ours: KeyObject; readonly standard: KeyObject }

/** @param secret as the merchant has it, `whsec_` included */
export function signingKeys(secret: string): SigningKeys {
  return { ours: createSecretKey(secret, 'utf8'), standard: createSecretKey(standardKey(secret)) }
}

/**
 * The headers that prove a try to be ours, with the keys of each live secret in the order given. Made anew on every try, so that a
 * receiver can refuse what is older than a few minutes.
 *
 * - `x-skiro-signature`: `t=<unix seconds>,v1=<hex>[,v1=<hex>]`, HMAC-SHA256 of `${t}.${raw_body}`; the key is the
 *   secret as it is written, `whsec_` included.
 * - `webhook-id`, `webhook-timestamp`, `webhook-signature`: `v1,<base64>[ v1,<base64>]`, HMAC-SHA256 of
 *   `${id}.${timestamp}.${raw_body}`; the key is what the secret is the base64 of
 *   (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).
 */
export function webhookHeaders(
  event_id: string,
  raw_body: string,
  keys: readonly SigningKeys[],
  now_seconds: number,
): Record<string, string> {
  const dated = `${now_seconds}.${raw_body}`
  const named = `${event_id}.${dated}`
  let ours = `t=${now_seconds}`
  const standard: string[] = []
  for (const key of keys) {
    ours += `,v1=${createHmac('sha256', key.ours).update(dated).digest('hex')}`
    standard.push(`v1,${createHmac('sha256', key.standard).update(named).digest('base64')}`)
  }
  return {
    'x-skiro-signature': ours,
    'webhook-id': event_id,
    'webhook-timestamp': String(now_seconds),
    'webhook-signature': standard.join(' '),
  }
}

/**
 * Secrets of the first version are 43 letters and digits: base64 without its padding, which some verifiers refuse, such
 * as Python's. They sign here as well, for those that do not; one rotation makes one that every verifier takes.
 */
function standardKey(secret: string): Buffer {
  return Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64')
}
