import { setMaxListeners } from 'node:events'
import fastify, { type FastifyInstance } from 'fastify'
import { apiRoutes } from './apiRoutes.ts'
import { Book } from './book.ts'
import { Clock } from './clock.ts'
import { elementRoutes } from './elementRoutes.ts'
import type { Engine } from './engine.ts'
import { Refusal } from './errors.ts'
import { Faults } from './faults.ts'
import { Idempotency } from './idempotency.ts'
import { RequestLog } from './requestLog.ts'
import { challengeRoutes } from './bank/challengeRoutes.ts'
import { simRoutes } from './simRoutes.ts'
import { Webhooks } from './webhooks.ts'

const BODY_LIMIT_BYTES = 64 * 1024

export type AcquirerOptions = {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Where the book is kept; null keeps it in memory only. */
  readonly book_file: string | null
  /** Opens the API. */
  readonly secret_key: string
  /** Opens the card page and the vault; not a secret. */
  readonly publishable_key: string
  /** Signs webhooks. */
  readonly webhook_secret: string
  readonly webhook_url: string | null
}

export type RunningAcquirer = { readonly url: string; close(): Promise<void> }

/** Errors of the HTTP layer itself, told without the framework's text, which may quote the body. */
const HTTP_ERRORS: Record<string, Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new Refusal('payload_too_large', 'The body is larger than 64 KB.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Refusal('unsupported_media_type', 'Send the body as application/json.'),
}

function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'not_found', message: 'Nothing is at this address.' } }),
  )
  app.setErrorHandler((error: { code?: string; statusCode?: number }, _request, reply) => {
    const refusal = error instanceof Refusal ? error : HTTP_ERRORS[error.code ?? '']
    if (refusal) return reply.code(refusal.status).send(refusal.body)
    if (error.statusCode !== undefined && error.statusCode < 500) {
      const body = { error: { code: 'invalid_request', message: 'The request is not valid HTTP.' } }
      return reply.code(error.statusCode).send(body)
    }
    return reply.code(500).send({ error: { code: 'api_error', message: 'The acquirer failed.' } })
  })
}

/**
 * A card acquirer as a server of its own: API, card vault with its iframe page, book, webhooks. It knows nothing of
 * the gateway and is reached over HTTP only. Nothing it answers is undone by a crash when `book_file` is given.
 */
export async function startAcquirer(options: AcquirerOptions): Promise<RunningAcquirer> {
  const { host, port, book_file, secret_key, publishable_key, webhook_secret, webhook_url } = options
  if (secret_key === '' || publishable_key === '' || webhook_secret === '') {
    throw new Error('the acquirer needs secret_key, publishable_key and webhook_secret')
  }
  const book = await Book.open(book_file)
  const webhooks = new Webhooks(book, webhook_secret, webhook_url)
  const world: Engine['world'] = { book, clock: new Clock(), origin: '' }
  const engine: Engine = { world, book, webhooks, idempotency: new Idempotency(book, world.clock) }
  const shared = { engine, faults: new Faults(), requests: new RequestLog(), shownStatus: new Map() }
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)

  const app = fastify({ logger: false, bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true })
  // Bodies stay text until a route reads them: the API logs them raw, the vault never does.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  answerErrors(app)
  await app.register(apiRoutes, { prefix: '/v1', ...shared, secret_key, closing: closing.signal })
  await app.register(elementRoutes, { engine, publishable_key })
  await app.register(challengeRoutes, { engine })
  await app.register(simRoutes, { prefix: '/_sim', ...shared })

  const close = async () => {
    closing.abort()
    webhooks.close()
    await app.close()
    await book.close()
  }
  try {
    await app.listen({ host, port })
  } catch (error) {
    await close()
    throw error
  }
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const address = app.server.address()
  world.origin = `http://${name}:${typeof address === 'object' ? address?.port : port}`
  webhooks.resume()
  return { url: world.origin, close }
}
