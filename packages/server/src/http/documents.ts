import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { renderDocs } from './docsPage.ts'

/** `GET /openapi.json` (OpenAPI 3.1, made from the schemas that describe the routes) and `GET /docs`. */
export async function documentRoutes(app: FastifyInstance, public_url: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Skiro API',
        version: '1',
        description:
          'Cards in, crypto out. Create a checkout session, send the customer to its url, receive crypto.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: public_url }],
      components: {
        securitySchemes: {
          api_key: { type: 'http', scheme: 'bearer', description: 'sk_test_… or sk_live_…' },
        },
      },
      security: [{ api_key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  const hidden = { config: { public: true }, schema: { hide: true } }
  app.get('/openapi.json', hidden, async () => app.swagger())
  app.get('/docs', hidden, async (_request, reply) =>
    reply
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'sha256-" +
          renderDocs.styleHash +
          "'; frame-ancestors 'none'; base-uri 'none'",
      )
      .type('text/html; charset=utf-8')
      .send(renderDocs(app.swagger())),
  )
}
