import { createHmac } from 'node:crypto'
import { SignatureVerificationError } from './errors.ts'

/** The header as Node and web frameworks hand it over. */
export type HeaderValue = string | readonly string[] | null | undefined

/** `t` as sent, since the signature covers its characters; one or more hex signatures. */
export type SignatureHeader = { timestamp: string; signatures: string[] }

/** Lowercase hex of HMAC-SHA256 over `${timestamp}.${body}` with the secret's UTF-8 bytes as the key. */
export function signBody(timestamp: string, body: string | Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
}

/**
 * Parses `t=<unix seconds>,v1=<hex>[,v1=<hex>]`. Unknown schemes are skipped, so that new ones can be added.
 * Throws `SignatureVerificationError` when the header is missing or has no single `t` or no `v1`.
 */
export function parseSignatureHeader(header: HeaderValue): SignatureHeader {
  const value = headerText(header)
  if (value.trim() === '') {
    const message =
      'The X-Skiro-Signature header is missing. Pass request.headers["x-skiro-signature"]; a request without it did not come from Skiro.'
    throw new SignatureVerificationError(message, { code: 'header_missing' })
  }
  const timestamps: string[] = []
  const signatures: string[] = []
  for (const part of value.split(',')) {
    const [scheme, content = ''] = part.trim().split('=')
    if (scheme === 't' && /^\d{1,12}$/.test(content)) timestamps.push(content)
    if (scheme === 'v1' && /^[0-9a-f]{64}$/.test(content)) signatures.push(content)
  }
  const [timestamp] = timestamps
  if (timestamp === undefined || timestamps.length > 1 || signatures.length === 0) {
    throw malformed('is not of the form t=<unix seconds>,v1=<64 hex digits>. Pass its value unchanged.')
  }
  return { timestamp, signatures }
}

function headerText(header: unknown): string {
  if (header === null || header === undefined) return ''
  if (typeof header === 'string') return header
  if (Array.isArray(header)) return header.join(',')
  throw malformed(
    `is ${typeof header === 'object' ? 'an object' : `a ${typeof header}`}: pass its value, a string.`,
  )
}

function malformed(what: string): SignatureVerificationError {
  return new SignatureVerificationError(`The X-Skiro-Signature header ${what}`, { code: 'header_malformed' })
}
