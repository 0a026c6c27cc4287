import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import pino from 'pino'
import { API_HEADERS } from '../../packages/server/src/http/apiHeaders.ts'
import { clientErrorHandler, takeEveryRequest } from '../../packages/server/src/http/clientErrors.ts'
import { errorBody, sendError } from '../../packages/server/src/http/errors.ts'
import { parseJsonBytes } from '../../packages/server/src/http/parseJson.ts'
import { ERRORS, SkiroError } from '../../packages/server/src/lib/errors.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import type { OpenApi } from '../api/matrix/document.ts'

/** Mistakes that servers are made with, each on a certain shape of request only. */
export const FLAWS = [
  'takes every amount for a text',
  'shows why a repeated parameter fails',
  'gives the path to the database as it is',
  'never answers a text',
  'forgets the headers of what it does not find',
  'has an error code of its own',
  'has a status of its own',
  'dies of deep bodies',
  'refuses other types in plain words',
  'reads a length and chunks',
  'shows a page for an API path',
  'forgets the id of the request',
] as const

export type Flaw = (typeof FLAWS)[number]

const answers = (...codes: (keyof typeof ERRORS)[]) =>
  Object.fromEntries(codes.map((code) => [String(ERRORS[code].status), { codes }]))
const errors = answers('invalid_request', 'not_found', 'payload_too_large', 'unsupported_media_type')

/** Describes `flawedApp`. */
export const FLAWED_DOCUMENT: OpenApi = {
  paths: {
    '/v1/checkout': {
      get: {
        parameters: [{ in: 'query', name: 'limit', schema: { type: 'integer' } }],
        ...{ responses: { ...errors, '200': {} } },
      },
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { amount: { type: 'number' }, note: { type: 'string' } },
              },
            },
          },
        },
        ...{ responses: { ...errors, '201': {} } },
      },
    },
    '/v1/checkout/{id}': {
      get: { parameters: [{ in: 'path', name: 'id' }], ...{ responses: { ...errors, '200': {} } } },
    },
  },
}

/** A small server that answers as ours does, with one mistake or none. */
export function flawedApp(flaw: Flaw | null, public_url: string): FastifyInstance {
  const app = Fastify({
    genReqId: () => newId('request'),
    bodyLimit: 64 * 1024,
    http: { requireHostHeader: false, insecureHTTPParser: flaw === 'reads a length and chunks' },
    frameworkErrors: (_error, request, reply) => {
      sendError(new SkiroError('not_found'), request, reply.headers(API_HEADERS), public_url)
    },
    clientErrorHandler: clientErrorHandler(pino({ level: 'silent' }), public_url),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      if (flaw === 'dies of deep bodies' && String(body).startsWith('[[[')) void app.close()
      done(null, body.length === 0 ? undefined : parseJsonBytes(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  if (flaw === 'never answers a text') app.addContentTypeParser('text/plain', () => {})
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(API_HEADERS).header('request-id', request.id)
    done()
  })
  takeEveryRequest(app)
  app.setErrorHandler((error, request, reply) => {
    const { code, message } = error as Error & { code?: string }
    if (flaw === 'has an error code of its own' && code === 'invalid_request')
      return reply
        .code(400)
        .send({ ...errorBody(new SkiroError(code), request.id, public_url), error: 'bad' })
    if (flaw === 'refuses other types in plain words' && code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
      return reply.code(415).send({ statusCode: 415, error: 'Unsupported Media Type' })
    if (flaw === 'shows why a repeated parameter fails' && error instanceof TypeError)
      return sendError(new SkiroError('invalid_request', { message }), request, reply, public_url)
    return sendError(error, request, reply, public_url)
  })
  app.setNotFoundHandler((request, reply) => {
    if (flaw === 'forgets the headers of what it does not find') reply.removeHeader('content-security-policy')
    if (flaw === 'shows a page for an API path') return reply.code(404).type('text/html').send('<p>Nothing')
    const error = new SkiroError('not_found')
    if (flaw === 'forgets the id of the request')
      return reply.code(404).send(errorBody(error, newId('request'), public_url))
    return sendError(error, request, reply, public_url)
  })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/v1/checkout', (request) => list(request))
  app.post('/v1/checkout', async (request, reply) => await reply.code(201).send(create(request.body)))
  app.get('/v1/checkout/:id', (request) => retrieve(request))

  async function list({ query }: FastifyRequest) {
    const { limit } = query as { limit?: string | string[] }
    if (flaw === 'shows why a repeated parameter fails') (limit as string | undefined)?.trim()
    return { object: 'list', data: [] }
  }

  function create(body: unknown) {
    const fields = readObject(body)
    if (flaw === 'takes every amount for a text' && fields['amount'] !== undefined)
      (fields['amount'] as string | number).toString().padEnd((fields['amount'] as [] | null)?.length ?? 0)
    if (flaw === 'has a status of its own' && fields['note'] === '') throw new SkiroError('forbidden')
    return { object: 'checkout_session', amount: 49.99 }
  }

  async function retrieve({ params }: FastifyRequest) {
    const { id } = params as { id: string }
    if (flaw === 'gives the path to the database as it is' && id.includes('\0')) {
      const message = 'invalid byte sequence for encoding "UTF8": 0x00'
      throw new SkiroError('invalid_request', { message })
    }
    if (!/^cs_[0-9a-z]{26}$/.test(id)) throw new SkiroError('not_found')
    return { id, object: 'checkout_session' }
  }
  return app
}

function readObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw new SkiroError('invalid_request')
}
