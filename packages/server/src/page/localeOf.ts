import type { FastifyRequest } from 'fastify'
import { type Locale, pickLocale } from './locale.ts'

/** The language of a request: `?locale=` when we have it, else what the browser prefers. */
export function localeOf(request: FastifyRequest): Locale {
  const { locale } = request.query as { locale?: unknown }
  return pickLocale(typeof locale === 'string' ? locale : undefined, request.headers['accept-language'])
}
