import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { findOnPage, requireOnPage } from './findOnPage.ts'
import { startWatch } from './live/watch.ts'
import { openStream } from './live/stream.ts'
import { sendJson } from './payAnswer.ts'
import { statusOf } from './statusOf.ts'

/** Where a payment stands, for the page that waits for it: asked once, or told as it happens. */
export function statusRoutes(app: FastifyInstance, ctx: Context): void {
  const open = { config: { public: true }, schema: { hide: true } }
  const watch = startWatch(ctx)
  app.addHook('preClose', async () => watch.close())

  app.get('/:session_id/status', open, async (request, reply) => {
    const status = await statusOf(ctx, await requireOnPage(ctx, request))
    return await sendJson(reply, status)
  })

  /** Server-sent events (WHATWG HTML §9.2). A page that gets no stream asks `/status` instead. */
  app.get('/:session_id/live', open, async (request, reply) => {
    const found = await findOnPage(ctx, request)
    if (!found) throw new SkiroError('not_found')
    const stream = watch.add(found.session.id, async () => {
      const now = await findOnPage(ctx, request)
      return now && (await statusOf(ctx, now))
    })
    if (!stream) throw new SkiroError('unavailable')
    openStream(reply, stream)
  })
}
