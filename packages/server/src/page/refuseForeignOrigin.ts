import type { FastifyRequest } from 'fastify'
import { SkiroError } from '../lib/errors.ts'

/**
 * Only our own page may pay: another site's script cannot send this header, nor this origin (OWASP CSRF).
 * @throws SkiroError forbidden
 */
export function refuseForeignOrigin(request: FastifyRequest, public_url: string): void {
  const { origin } = request.headers
  const isOurs = origin === undefined || origin === new URL(public_url).origin
  if (!isOurs || request.headers['x-skiro-page'] !== '1') throw new SkiroError('forbidden')
}
