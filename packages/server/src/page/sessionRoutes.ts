import type { FastifyInstance } from 'fastify'
import { expireSessionNow } from '../checkout/expireSession.ts'
import { giveMoreTime } from '../checkout/store.ts'
import type { Context } from '../context.ts'
import { noBody } from '../http/noBody.ts'
import { parse } from '../http/parse.ts'
import { nowMs } from '../lib/clock.ts'
import { SkiroError } from '../lib/errors.ts'
import { requireOnPage } from './findOnPage.ts'
import { sendJson, stateOf } from './payAnswer.ts'
import { refuseForeignOrigin } from './refuseForeignOrigin.ts'

/** What the page can do with the session's end: put it off, or, in test mode, bring it about. */
export function sessionRoutes(app: FastifyInstance, ctx: Context): void {
  const open = { config: { public: true }, schema: { hide: true } }

  /** One action gives the customer more time; a page that asks for it too early or too often is told the end as it is. */
  app.post('/:session_id/more-time', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(noBody, request.body)
    const { session } = await requireOnPage(ctx, request)
    const expires_at = (await giveMoreTime(ctx.db, session)) ?? session.expires_at
    return await sendJson(reply, {
      expires_at: expires_at.toISOString(),
      server_time: new Date(nowMs()).toISOString(),
    })
  })

  /** Test mode only: the end of a session, to see what its customer would. */
  app.post('/:session_id/test-expire', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(noBody, request.body)
    const { session } = await requireOnPage(ctx, request)
    if (session.livemode) throw new SkiroError('not_found')
    await expireSessionNow(ctx, session)
    return await sendJson(reply, stateOf(await requireOnPage(ctx, request)))
  })
}
