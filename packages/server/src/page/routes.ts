import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { modeOf, type Context } from '../context.ts'
import { findPublicSession } from '../checkout/store.ts'
import { parse } from '../http/parse.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { type ConfirmRefusal, confirmTransaction } from '../transactions/confirmTransaction.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import { findBranding } from '../merchants/branding/brandingStore.ts'
import { latestOfSession } from '../transactions/store.ts'
import { wasAccepted } from '../webhooks/deliveries/deliveryStore.ts'
import { loadAssets } from './assets.ts'
import { logoRoute } from './brand/logoRoute.ts'
import { withBrand } from './brand/withBrand.ts'
import { declineGroup } from './declines.ts'
import { pickLocale } from './locale.ts'
import { renderPage } from './renderPage.ts'
import { pageHeaders } from './securityHeaders.ts'
import { unknownView, pageState, toView } from './toView.ts'

const payBody = z.strictObject({
  token: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  customer_email: z.union([z.literal(''), z.email().max(254)]).nullish(),
})

/** The hosted page: `GET /{session id}`, what its script posts and polls, and its two static files. */
export function pageRoutes(
  app: FastifyInstance,
  ctx: Context,
  portsOf: (ctx: Context) => TransactionPorts,
): void {
  const assets = loadAssets()
  const open = { config: { public: true }, schema: { hide: true } }
  logoRoute(app, ctx)

  for (const [path, body, type] of [
    [assets.script_path, assets.script_body, 'text/javascript; charset=utf-8'],
    [assets.style_path, assets.style_body, 'text/css; charset=utf-8'],
  ] as const) {
    app.get(path, open, (_request, reply) => {
      void reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        })
        .type(type)
        .send(body)
    })
  }

  async function load(id: string) {
    const session = isId('checkout_session', id) ? await findPublicSession(ctx.db, id) : null
    if (!session) return null
    return { session, latest: await latestOfSession(ctx.db, session) }
  }

  app.get('/:session_id', open, async (request, reply) => {
    const { session_id } = request.params as { session_id: string }
    const { locale: asked } = request.query as { locale?: string }
    const loaded = await load(session_id)
    const locale = pickLocale(
      typeof asked === 'string' ? asked : undefined,
      request.headers['accept-language'],
    )
    const element = loaded
      ? (modeOf(ctx, loaded.session)?.acquirer.element({
          session: loaded.session.id,
          origin: new URL(ctx.config.public_url).origin,
          locale,
        }) ?? null)
      : null
    const view = loaded
      ? withBrand(toView(loaded.session, loaded.latest, element), await findBranding(ctx.db, loaded.session))
      : unknownView()
    const nonce = randomBytes(18).toString('base64')
    return await reply
      .code(loaded ? 200 : 404)
      .headers(pageHeaders({ nonce, acquirerOrigin: view.element?.origin ?? null }))
      .type('text/html; charset=utf-8')
      .send(renderPage(view, { nonce, locale, assets }))
  })

  app.get('/:session_id/status', open, async (request, reply) => {
    const { session, latest } = await loadOrRefuse(request)
    const view = toView(session, latest, null)
    const paid = view.state === 'paid' && latest
    const webhook_accepted = paid
      ? await wasAccepted(ctx.db, session, 'checkout.completed', latest.id)
      : false
    return await noStore(reply).send({
      status: view.state,
      failure_code: view.attempt_error ? declineGroup(view.attempt_error.code) : null,
      webhook_accepted,
      redirect_url: view.redirect_url,
      server_time: view.server_time,
    })
  })

  app.post('/:session_id/pay', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    const { session } = await loadOrRefuse(request)
    const body = parse(payBody, request.body)
    const customer_email = body.customer_email ? body.customer_email : null
    // A charge has more to log than its answer: those lines carry the request's id too.
    const own = { ...ctx, log: ctx.log.child({ request_id: request.id }) }
    const result = await confirmTransaction(own, portsOf(own), session, { token: body.token, customer_email })
    if ('refused' in result) return await noStore(reply).send(await answerRefusal(result, session.id))
    const { session: now } = await loadOrRefuse(request)
    const state = pageState(now, result)
    const declined = result.status === 'failed' && state === 'open'
    return await noStore(reply).send({
      status: declined ? 'declined' : state,
      ...(result.failure_code ? { failure_code: declineGroup(result.failure_code) } : {}),
    })
  })

  async function answerRefusal({ refused }: ConfirmRefusal, id: string) {
    if (refused === 'charge_in_flight') return { status: 'processing' }
    const loaded = await load(id)
    return { status: loaded ? pageState(loaded.session, loaded.latest) : 'expired' }
  }

  async function loadOrRefuse(request: FastifyRequest) {
    const { session_id } = request.params as { session_id: string }
    const loaded = await load(session_id)
    if (!loaded) throw new SkiroError('not_found')
    return loaded
  }
}

function noStore(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
}

/** Only our own page may pay: another site's script cannot send this header, nor this origin (OWASP CSRF). */
function refuseForeignOrigin(request: FastifyRequest, public_url: string): void {
  const { origin } = request.headers
  const ours = origin === undefined || origin === new URL(public_url).origin
  if (!ours || request.headers['x-skiro-page'] !== '1') throw new SkiroError('forbidden')
}
