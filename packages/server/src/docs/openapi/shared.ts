import type { Header, Parameter } from './types.ts'

/** `components.headers`. Sources of the rate limit fields: draft-ietf-httpapi-ratelimit-headers. */
export const HEADERS: Record<string, Header> = {
  'Request-Id': {
    description: 'The id of this request. Every answer has one, errors too.',
    schema: { type: 'string' },
    example: 'req_01jf2m8s5v7h4n2b8k6d1g3f5a',
  },
  'Idempotent-Replayed': {
    description: '`true` when this is the kept answer of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  RateLimit: {
    description: 'What is left of the limit: `r` requests in the next `t` seconds.',
    schema: { type: 'string' },
    example: '"key";r=994;t=1',
  },
  'RateLimit-Policy': {
    description: 'The limit itself: `q` requests in each `w` seconds.',
    schema: { type: 'string' },
    example: '"key";q=1000;w=1',
  },
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 0 },
    example: 1,
  },
}

/** `components.parameters`. Source: draft-ietf-httpapi-idempotency-key-header. */
export const PARAMETERS: Record<string, Parameter> = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Makes it safe to send the request again: it takes effect once, and later tries get the first answer. 1 to 255 printable ASCII characters, kept for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
    example: '5f0c2a1e-8d3b-4f57-9a6c-2e1d7b904c11',
  },
}
