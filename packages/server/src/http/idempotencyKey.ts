import type { FastifyRequest } from 'fastify'
import { SkiroError } from '../lib/errors.ts'

// Printable ASCII: what a header may carry and a log may show.
const SHAPE = /^[\x20-\x7e]{1,255}$/

/** The Idempotency-Key header (IETF draft-ietf-httpapi-idempotency-key-header), 1 to 255 printable characters, or null. */
export function readIdempotencyKey(request: FastifyRequest): string | null {
  const value = request.headers['idempotency-key']
  if (value === undefined) return null
  if (typeof value === 'string' && SHAPE.test(value)) return value
  throw new SkiroError('invalid_request', {
    param: 'Idempotency-Key',
    message: 'Idempotency-Key must be 1 to 255 printable ASCII characters.',
  })
}
