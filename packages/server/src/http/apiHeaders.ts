/**
 * Headers of every answer that sets no others: the API's JSON is not to be cached, sniffed, framed or run as a page.
 * The hosted page and the documents bring their own. Sources: OWASP REST Security Cheat Sheet, ASVS 5.0 V3.4.
 */
export const API_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const
