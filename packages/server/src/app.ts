import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { requireApiKey } from './apiKeys.ts'
import { acquirerWebhookRoutes, transactionRoutes } from './transactions/routes.ts'
import { checkoutRoutes } from './checkout/routes.ts'
import { checkoutListRoutes } from './checkout/listRoutes.ts'
import type { Context } from './context.ts'
import { resendListRoutes } from './events/resendRoutes.ts'
import { eventRoutes } from './events/routes.ts'
import { API_HEADERS } from './http/apiHeaders.ts'
import { clientErrorHandler, takeEveryRequest } from './http/clientErrors.ts'
import { documentRoutes } from './docs/routes.ts'
import { createDrain, watchForDrain } from './http/drain.ts'
import { sendError } from './http/errors.ts'
import { createLimits } from './http/limits.ts'
import { logAnswers } from './http/logAnswers.ts'
import { probeRoutes } from './http/probes.ts'
import { readJsonBodies } from './http/readJsonBodies.ts'
import { RequestLog } from './http/requestLog.ts'
import { answerUnknownPaths } from './http/unknownPaths.ts'
import './http/tenant.ts'
import { SkiroError } from './lib/errors.ts'
import { newId } from './lib/ids.ts'
import { merchantRoutes } from './merchants/routes.ts'
import { measureHttp } from './metrics/httpMetrics.ts'
import { createMetrics } from './metrics/metrics.ts'
import { treasuryWatch } from './treasuryWatch.ts'
import { pageRoutes } from './page/routes.ts'
import { payoutRoutes } from './payouts/routes.ts'
import { testHelperRoutes } from './testHelpers/routes.ts'
import { deliveryRoutes } from './webhooks/deliveryRoutes.ts'
import { resendRoutes } from './webhooks/eventRoutes.ts'
import { webhookRoutes } from './webhooks/routes.ts'
import { transactionPorts, webhookPorts } from './wiring.ts'

const BODY_MAX_BYTES = 64 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000

/** The HTTP side of the gateway: API, hosted page, inbound webhooks, documents. Listens when its caller says so. */
export async function buildApp(ctx: Context, drain = createDrain()): Promise<FastifyInstance> {
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
    // Only these may say for whom they ask; whoever else sends X-Forwarded-For is taken for who they are.
    trustProxy: ctx.config.trusted_proxies.length > 0 ? [...ctx.config.trusted_proxies] : false,
    requestIdHeader: false,
    childLoggerFactory: (logger, bindings) =>
      new RequestLog(logger, bindings) as unknown as FastifyBaseLogger,
    genReqId: () => newId('request'),
    // A path is a name, not a file: `/V1/checkout` and `/v1/checkout/` are not ours.
    // What the framework refuses before any route: an id that is no id.
    frameworkErrors: (_error, request, reply) => {
      // No hook runs for these, so what hooks do for all others is done here.
      reply.headers(API_HEADERS)
      request.log.info({ method: request.method, route: 'unknown', status: 404 }, 'answered')
      sendError(new SkiroError('not_found'), request, reply, ctx.config.public_url)
    },
    routerOptions: { maxParamLength: 100 },
    clientErrorHandler: clientErrorHandler(log, ctx.config.public_url),
    http: {
      requireHostHeader: false,
      // Node takes the two limits for each other when this one is above requestTimeout.
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: HEADERS_TIMEOUT_MS / 2,
    },
  })
  app.decorateRequest('tenant', null)
  app.decorateRequest('key', null)
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, ctx.config.public_url))
  answerUnknownPaths(app, ctx.config.public_url)
  // Schemas describe; `http/parse.ts` validates, so that every refusal has our own code and words.
  app.setValidatorCompiler(() => (value) => ({ value }))
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  readJsonBodies(app)
  logAnswers(app, log)
  takeEveryRequest(app)
  watchForDrain(app, drain)
  const metrics = createMetrics(ctx.db, treasuryWatch(ctx.config))
  measureHttp(app, metrics.registry)
  const limits = createLimits({
    db: ctx.db,
    rates: ctx.config.rate_limits,
    onRefused: (limit) => metrics.rate_limited.inc({ limit }),
  })
  limits.countAddresses(app)
  documentRoutes(app, ctx.config.public_url)

  await app.register((scope, _options, done) => {
    const keys = requireApiKey(scope, ctx, limits)
    checkoutRoutes(scope, ctx, keys, (size) => metrics.create_group_size.observe(size))
    checkoutListRoutes(scope, ctx)
    transactionRoutes(scope, ctx)
    payoutRoutes(scope, ctx)
    eventRoutes(scope, ctx)
    webhookRoutes(scope, ctx, webhookPorts(ctx))
    deliveryRoutes(scope, ctx)
    resendRoutes(scope, ctx)
    resendListRoutes(scope, ctx)
    merchantRoutes(scope, ctx)
    testHelperRoutes(scope, ctx, transactionPorts)
    done()
  })
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, next) => next(null, body))
    acquirerWebhookRoutes(scope, ctx)
    done()
  })
  probeRoutes(app, {
    db: ctx.db,
    drain,
    metrics: () => metrics.render(),
    metrics_allow: ctx.config.metrics_allow,
  })
  pageRoutes(app, ctx, transactionPorts, {
    cardRefused: (limit) => metrics.card_attempts_refused.inc({ limit }),
    report: (directive) => metrics.page_reports.inc({ directive }),
  })
  return app
}
