import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { modeOf, type Context } from '../context.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import { findBranding } from '../merchants/branding/brandingStore.ts'
import { loadAssets } from './assets.ts'
import { logoRoute } from './brand/logoRoute.ts'
import { withBrand } from './brand/withBrand.ts'
import { type CardLimit, cardTestingGuard } from './cardTesting.ts'
import { deviceCookie } from './device.ts'
import { findOnPage } from './findOnPage.ts'
import { pickLocale } from './locale.ts'
import { payRoutes } from './payRoutes.ts'
import { renderPage } from './renderPage.ts'
import { pageHeaders } from './securityHeaders.ts'
import { statusRoutes } from './statusRoutes.ts'
import { toView, unknownView } from './toView.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The hosted page: `GET /{session id}`, its two static files, and what its script posts and asks. */
export function pageRoutes(
  app: FastifyInstance,
  ctx: Context,
  portsOf: (ctx: Context) => TransactionPorts,
  onCardRefused: (limit: CardLimit) => void,
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

  app.get('/:session_id', open, async (request, reply) => {
    const query = request.query as { locale?: unknown; done?: unknown }
    const loaded = await findOnPage(ctx, request)
    const locale = pickLocale(text(query.locale), request.headers['accept-language'])
    const element = loaded
      ? (modeOf(ctx, loaded.session)?.acquirer.element({
          session: loaded.session.id,
          origin: new URL(ctx.config.public_url).origin,
          locale,
        }) ?? null)
      : null
    const view = loaded
      ? withBrand(
          toView(loaded.session, loaded.latest, element, query.done !== undefined),
          await findBranding(ctx.db, loaded.session),
        )
      : unknownView()
    const nonce = randomBytes(18).toString('base64')
    const cookie = view.state === 'open' ? deviceCookie(request.headers.cookie, ctx.config.public_url) : null
    if (cookie !== null) reply.header('set-cookie', cookie)
    const isFraming = view.state === 'open' || view.state === 'authenticate'
    return await reply
      .code(loaded ? 200 : 404)
      .headers(pageHeaders({ nonce, acquirerOrigin: isFraming && element ? element.origin : null }))
      .type('text/html; charset=utf-8')
      .send(renderPage(view, { nonce, locale, assets }))
  })

  statusRoutes(app, ctx)
  payRoutes(app, ctx, portsOf, cardTestingGuard(ctx, onCardRefused))
}
