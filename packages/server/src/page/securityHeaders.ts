import { assert } from '../lib/assert.ts'

/** Where browsers tell what they refused. */
export const REPORTS_PATH = '/_page/reports'

const NONCE = /^[A-Za-z0-9+/_-]{16,}={0,2}$/

/**
 * Headers of every answer of the hosted page. The page runs one script, talks to its own origin and shows one frame of
 * one other origin; everything else is refused by the browser. `acquirerOrigin` null: no frame at all.
 * Sources: CSP 3, Trusted Types, OWASP ASVS 5.0 V3.4, PCI DSS 6.4.3 and 11.6.1.
 */
export function pageHeaders({
  nonce,
  acquirerOrigin,
}: {
  nonce: string
  acquirerOrigin: string | null
}): Record<string, string> {
  assert(NONCE.test(nonce), 'a nonce is at least 16 characters of base64')
  assert(
    acquirerOrigin === null ||
      (URL.canParse(acquirerOrigin) && new URL(acquirerOrigin).origin === acquirerOrigin),
    'the acquirer origin is scheme, host and port only',
  )
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "connect-src 'self'",
      `frame-src ${acquirerOrigin ?? "'none'"}`,
      // The form is sent by the script alone: without it, pressing Pay must not put an e-mail into an address bar.
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      // Every browser knows it, and sends at once. `report-to` would take its place where both stand, and sends over
      // https only, a minute later, as far as the tab lives.
      `report-uri ${REPORTS_PATH}`,
    ].join('; '),
    'Permissions-Policy': permissions(acquirerOrigin),
    // Only the origin leaves, never the path with the session id. Not `no-referrer`: it would turn the Origin header
    // of some requests into "null", which the pay route checks and acquirers use to know their customer.
    'Referrer-Policy': 'strict-origin',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex, nofollow',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
}

function permissions(acquirerOrigin: string | null): string {
  const allowed = acquirerOrigin === null ? 'self' : `self "${acquirerOrigin}"`
  const granted = ['payment', 'autofill', 'publickey-credentials-get'].map((name) => `${name}=(${allowed})`)
  const refused = ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'display-capture'].map(
    (name) => `${name}=()`,
  )
  return [...granted, ...refused].join(', ')
}
