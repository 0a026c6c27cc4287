import type { FastifyRequest } from 'fastify'
import { assert } from '../lib/assert.ts'
import type { ProvenKey, Tenant } from '../lib/tenant.ts'

declare module 'fastify' {
  interface FastifyRequest {
    tenant: Tenant | null
    /** The key that proved itself on this request; null until then. */
    key: ProvenKey | null
  }
  interface FastifyContextConfig {
    /** The route needs no API key at all: the hosted page, health checks, the acquirer's webhooks. */
    public?: boolean
    /** The route's own statement proves the API key, which saves a round trip. */
    proves_key_itself?: boolean
  }
}

/** The merchant and mode of the request's API key. */
export function tenantOf(request: FastifyRequest): Tenant {
  assert(request.tenant, 'the route reads a tenant but runs without authentication')
  return request.tenant
}
