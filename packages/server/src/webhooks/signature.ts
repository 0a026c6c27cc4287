import { createHmac } from 'node:crypto'

export const SIGNATURE_HEADER = 'x-skiro-signature'

/**
 * `t=<unix seconds>,v1=<hex>[,v1=<hex>]`: HMAC-SHA256 of `${t}.${raw_body}` with each live secret. Made anew on every
 * try, so that a receiver can refuse what is older than a few minutes.
 */
export function signWebhook(raw_body: string, secrets: readonly string[], now_seconds: number): string {
  const macs = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${now_seconds}.${raw_body}`).digest('hex'),
  )
  return [`t=${now_seconds}`, ...macs.map((mac) => `v1=${mac}`)].join(',')
}
