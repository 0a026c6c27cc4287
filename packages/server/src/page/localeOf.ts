import type { FastifyRequest } from 'fastify'
import { type Locale, pickLocale } from './locale.ts'

/** The language of a request: `?locale=`, else the session's, else what the browser prefers. */
export function localeOf(request: FastifyRequest, session: { locale: string | null } | null): Locale {
  const { locale } = request.query as { locale?: unknown }
  return pickLocale({
    query: typeof locale === 'string' ? locale : undefined,
    session: session?.locale,
    accept: request.headers['accept-language'],
  })
}
