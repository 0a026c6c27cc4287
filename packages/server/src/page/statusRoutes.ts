import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { wasAccepted } from '../webhooks/deliveries/deliveryStore.ts'
import { declineGroup } from './declines.ts'
import { requireOnPage } from './findOnPage.ts'
import { toView } from './toView.ts'

/** `GET /{session id}/status`: where a payment stands, for the page that waits for it. */
export function statusRoutes(app: FastifyInstance, ctx: Context): void {
  const open = { config: { public: true }, schema: { hide: true } }

  app.get('/:session_id/status', open, async (request, reply) => {
    const { session, latest } = await requireOnPage(ctx, request)
    const view = toView(session, latest, null, true)
    const paid = view.state === 'paid' && latest
    const webhook_accepted = paid
      ? await wasAccepted(ctx.db, session, 'checkout.completed', latest.id)
      : false
    return await reply
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send({
        status: view.state,
        failure_code: view.attempt_error ? declineGroup(view.attempt_error.code) : null,
        webhook_accepted,
        redirect_url: view.redirect_url,
        server_time: view.server_time,
      })
  })
}
