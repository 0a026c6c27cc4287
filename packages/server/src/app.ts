import helmet from '@fastify/helmet'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { acquirerWebhookRoutes, transactionRoutes } from './transactions/routes.ts'
import { checkoutRoutes } from './checkout/routes.ts'
import type { Context } from './context.ts'
import { pendingMigrations } from './db/migrate.ts'
import { documentRoutes } from './http/documents.ts'
import { sendError } from './http/errors.ts'
import { parseJson } from './http/parseJson.ts'
import './http/tenant.ts'
import { SkiroError } from './lib/errors.ts'
import { newId } from './lib/ids.ts'
import type { PresentedKey } from './lib/tenant.ts'
import { authenticate, presentedKey, proveKey } from './merchants/authenticate.ts'
import { pageRoutes } from './page/routes.ts'
import { payoutRoutes } from './payouts/routes.ts'
import { transactionPorts } from './wiring.ts'

const BODY_MAX_BYTES = 64 * 1024
const REQUEST_TIMEOUT_MS = 30_000

/** The HTTP side of the gateway: API, hosted page, inbound webhooks, documents. Listens when its caller says so. */
export async function buildApp(ctx: Context): Promise<FastifyInstance> {
  const log: FastifyBaseLogger = ctx.log
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 65_000,
    // While stopping, requests on open connections are still answered; new connections are not accepted.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: () => newId('request'),
    // A path is a name, not a file: `/V1/checkout` and `/v1/checkout/` are not ours.
    // What the framework refuses before any route: an id that is no id.
    frameworkErrors: (_error, request, reply) => {
      sendError(new SkiroError('not_found'), request, reply, ctx.config.public_url)
    },
    routerOptions: { maxParamLength: 100 },
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'strict-origin' },
  })
  app.decorateRequest('tenant', null)
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, ctx.config.public_url))
  app.setNotFoundHandler((request, reply) =>
    sendError(
      new SkiroError('not_found', { message: 'There is nothing at this path.' }),
      request,
      reply,
      ctx.config.public_url,
    ),
  )
  // Schemas describe; `http/parse.ts` validates, so that every refusal has our own code and words.
  app.setValidatorCompiler(() => (value) => ({ value }))
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  readJsonBodies(app)
  logAnswers(app)
  await documentRoutes(app, ctx.config.public_url)

  const ports = transactionPorts(ctx)
  await app.register((scope, _options, done) => {
    scope.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.proves_key_itself || request.is404) return
      request.tenant = await authenticate(ctx.db, request.headers.authorization)
    })
    const keys = {
      present: presentedKey,
      prove: async (key: PresentedKey) => {
        await proveKey(ctx.db, key)
      },
    }
    checkoutRoutes(scope, ctx, keys)
    transactionRoutes(scope, ctx)
    payoutRoutes(scope, ctx)
    done()
  })
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, next) => next(null, body))
    acquirerWebhookRoutes(scope, ctx)
    done()
  })
  healthRoutes(app, ctx)
  pageRoutes(app, ctx, ports)
  return app
}

function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJson(String(body)))
    } catch (error) {
      done(error as Error)
    }
  })
}

/** One line per answer, of named fields only: no body, no header, no query, and the path as its pattern. */
function logAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        merchant_id: request.tenant?.merchant_id,
      },
      'answered',
    )
  })
}

function healthRoutes(app: FastifyInstance, ctx: Context): void {
  const hidden = { config: { public: true }, schema: { hide: true } }
  app.get('/healthz', hidden, async () => ({ status: 'ok' }))
  app.get('/readyz', hidden, async (_request, reply) => {
    const pending = await pendingMigrations(ctx.db).catch(() => null)
    if (pending?.length === 0) return { status: 'ready' }
    return await reply
      .code(503)
      .send({ status: 'not_ready', reason: pending ? 'migrations are pending' : 'no database' })
  })
}
