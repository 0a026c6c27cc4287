import type { FastifyInstance, RouteOptions } from 'fastify'
import type { z } from 'zod'
import type { ErrorCode } from '../../lib/errors.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** Not in the documents: the hosted page, health checks. */
    hide?: boolean
    operationId?: string
    /** One of TAGS in docs/openapi/tags.ts. */
    tags?: readonly string[]
    summary?: string
    description?: string
    /** Error codes of this call beyond those that follow from its method, key and body (errorsOf.ts). */
    errors?: readonly ErrorCode[]
    /** Where what the fields' own examples add up to does not do: another body, other properties of the answer. */
    examples?: { readonly body?: unknown; readonly answer?: object }
  }
}

/** What the documents need to know of a route. */
export type DocumentedRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** As OpenAPI writes it: `/v1/checkout/{id}`. */
  readonly path: string
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly errors: readonly ErrorCode[]
  readonly examples: { readonly body?: unknown; readonly answer?: object }
  readonly params: z.ZodType | null
  readonly querystring: z.ZodType | null
  readonly body: z.ZodType | null
  readonly response: Readonly<Record<string, z.ZodType>>
}

/** Notes every documented route that is added to `app` from now on, in the order they are added. */
export function noteRoutes(app: FastifyInstance): readonly DocumentedRoute[] {
  const routes: DocumentedRoute[] = []
  app.addHook('onRoute', (route) => {
    // Fastify adds HEAD to every GET by itself.
    for (const method of [route.method].flat()) {
      if (route.schema && !route.schema.hide && method !== 'HEAD') routes.push(describe(route, method))
    }
  })
  return routes
}

function describe({ schema = {}, url }: RouteOptions, method: string): DocumentedRoute {
  const part = (value: unknown) => (value as z.ZodType | undefined) ?? null
  return {
    method: method as DocumentedRoute['method'],
    path: url.replace(/:(\w+)/g, '{$1}'),
    operationId: schema.operationId ?? '',
    tags: schema.tags ?? [],
    summary: schema.summary ?? '',
    description: schema.description ?? '',
    errors: schema.errors ?? [],
    examples: schema.examples ?? {},
    params: part(schema.params),
    querystring: part(schema.querystring),
    body: part(schema.body),
    response: (schema.response as Record<string, z.ZodType> | undefined) ?? {},
  }
}
