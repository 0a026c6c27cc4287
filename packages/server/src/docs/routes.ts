import type { FastifyInstance, FastifyReply } from 'fastify'
import { SkiroError } from '../lib/errors.ts'
import { docsMarkdown, llmsText } from './llms.ts'
import { buildDocument } from './openapi/document.ts'
import { noteRoutes } from './openapi/routes.ts'
import type { OpenApi } from './openapi/types.ts'
import { buildSite, loadGuides } from './site/site.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of every route, once the app is ready. */
    openapi(): OpenApi
  }
}

const HTML = 'text/html; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'
const MARKDOWN = 'text/markdown; charset=utf-8'

/**
 * `GET /openapi.json` (OpenAPI 3.1), and what is made from it: the pages under /docs, /docs.md and /llms.txt. Register
 * it before the routes that it describes. Everything is made once, at the first request for it.
 */
export function documentRoutes(app: FastifyInstance, public_url: string): void {
  const routes = noteRoutes(app)
  const document = once(() => buildDocument(routes, public_url))
  const json = once(() => JSON.stringify(document()))
  const guides = once(() => loadGuides(public_url))
  const site = once(() => buildSite(document(), guides(), public_url))
  const llms = once(() => llmsText(document(), guides(), public_url))
  const full = once(() => docsMarkdown(document(), guides()))
  app.decorate('openapi', document)

  const hidden = { config: { public: true }, schema: { hide: true } }
  const send = (reply: FastifyReply, type: string, body: string) =>
    // The same for everybody until the next release.
    reply.header('cache-control', 'public, max-age=300').type(type).send(body)
  const page = (reply: FastifyReply, body: string) =>
    send(reply.header('content-security-policy', site().policy), HTML, body)
  app.get('/openapi.json', hidden, (_request, reply) => void send(reply, JSON_TYPE, json()))
  app.get('/docs', hidden, (_request, reply) => void page(reply, site().home))
  app.get('/docs/errors/:code', hidden, async (request, reply) => {
    const body = site().errors.get((request.params as { code: string }).code)
    if (body === undefined) throw new SkiroError('not_found', { message: 'There is no such error code.' })
    return await page(reply, body)
  })
  app.get('/docs.md', hidden, (_request, reply) => void send(reply, MARKDOWN, full()))
  app.get('/llms.txt', hidden, (_request, reply) => void send(reply, MARKDOWN, llms()))
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
