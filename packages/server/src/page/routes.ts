import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { modeOf, type Context } from '../context.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import { findBranding } from '../merchants/branding/brandingStore.ts'
import { loadAssets } from './assets.ts'
import { logoRoute } from './brand/logoRoute.ts'
import { withBrand } from './brand/withBrand.ts'
import { type CardLimit, cardTestingGuard } from './cardTesting.ts'
import { challengeRoutes } from './challengeRoutes.ts'
import { deviceCookie } from './device.ts'
import { encodeFile, encodePage } from './encode.ts'
import { findOnPage } from './findOnPage.ts'
import { keptQuery } from './languageMenu.ts'
import { localeOf } from './localeOf.ts'
import { payRoutes } from './payRoutes.ts'
import { receiptOptions, receiptRoutes } from './receiptRoutes.ts'
import { reportRoutes } from './reports/reportRoutes.ts'
import { renderPage } from './renderPage.ts'
import { pageHeaders } from './securityHeaders.ts'
import { sessionRoutes } from './sessionRoutes.ts'
import { statusRoutes } from './statusRoutes.ts'
import { toView, unknownView } from './toView.ts'

/** The hosted page: `GET /{session id}`, its script, and what its script posts and asks. */
export function pageRoutes(
  app: FastifyInstance,
  ctx: Context,
  portsOf: (ctx: Context) => TransactionPorts,
  on: { cardRefused(limit: CardLimit): void; report(directive: string): void },
): void {
  const assets = loadAssets()
  const open = { config: { public: true }, schema: { hide: true } }
  logoRoute(app, ctx)

  const script = encodeFile(assets.script_body)
  app.get(assets.script_path, open, async (request, reply) => {
    const { body, headers } = await script(request.headers['accept-encoding'])
    return await reply
      .headers({
        ...headers,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      })
      .type('text/javascript; charset=utf-8')
      .send(body)
  })

  app.get('/:session_id', open, async (request, reply) => {
    const { done, receipt } = request.query as { done?: unknown; receipt?: unknown }
    const paid_as = done !== undefined ? 'paid' : receipt !== undefined ? 'receipt' : 'already_paid'
    const loaded = await findOnPage(ctx, request)
    const locale = localeOf(request, loaded && loaded.session)
    const element = loaded
      ? (modeOf(ctx, loaded.session)?.acquirer.element({
          session: loaded.session.id,
          origin: new URL(ctx.config.public_url).origin,
          locale,
        }) ?? null)
      : null
    const view = loaded
      ? withBrand(
          toView(loaded.session, loaded.latest, element, paid_as, await receiptOptions(ctx, loaded)),
          await findBranding(ctx.db, loaded.session),
        )
      : unknownView()
    const nonce = randomBytes(18).toString('base64')
    const cookie = view.state === 'open' ? deviceCookie(request.headers.cookie, ctx.config.public_url) : null
    if (cookie !== null) reply.header('set-cookie', cookie)
    const isFraming = view.state === 'open' || view.state === 'authenticate'
    const encoded = await encodePage(
      renderPage(view, { nonce, locale, assets, kept: keptQuery(request.query) }),
      request.headers['accept-encoding'],
    )
    return await reply
      .code(loaded ? 200 : 404)
      .headers(pageHeaders({ nonce, acquirerOrigin: isFraming && element ? element.origin : null }))
      .type('text/html; charset=utf-8')
      .headers(encoded.headers)
      .send(encoded.body)
  })

  statusRoutes(app, ctx)
  payRoutes(app, ctx, portsOf, cardTestingGuard(ctx, on.cardRefused))
  challengeRoutes(app, ctx, portsOf)
  sessionRoutes(app, ctx)
  receiptRoutes(app, ctx)
  reportRoutes(app, ctx, on.report)
}
