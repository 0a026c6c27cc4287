import type { FastifyRequest } from 'fastify'
import { isRecord } from './fields.ts'

/** A named part of the path; empty when the route has none of that name. */
export function pathPart(request: FastifyRequest, name: string): string {
  const value = isRecord(request.params) ? request.params[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** A query parameter given once, else undefined. */
export function queryText(request: FastifyRequest, name: string): string | undefined {
  const value = isRecord(request.query) ? request.query[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** Browsers name the page that sends a POST; only a page of this server may. Other clients send no Origin. */
export function isOwnPage(request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  return origin === undefined || URL.parse(origin)?.host === host
}
