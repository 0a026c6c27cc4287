import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { noBody } from '../http/noBody.ts'
import { parse } from '../http/parse.ts'
import { cancelChallenge, continueChallenge } from '../transactions/answerChallenge.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import { findOnPage, type OnPage, requireOnPage } from './findOnPage.ts'
import { answerOf, logging, sendJson } from './payAnswer.ts'
import { refuseForeignOrigin } from './refuseForeignOrigin.ts'

/** After the bank's question (3-D Secure): going on, giving up, and coming back from a page of the bank's own. */
export function challengeRoutes(
  app: FastifyInstance,
  ctx: Context,
  portsOf: (ctx: Context) => TransactionPorts,
): void {
  const open = { config: { public: true }, schema: { hide: true } }

  /** The customer has answered the bank, or says so: the acquirer is asked. */
  app.post('/:session_id/continue', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(noBody, request.body)
    await goOn(request, await requireOnPage(ctx, request))
    return await sendJson(reply, answerOf(await requireOnPage(ctx, request)))
  })

  app.post('/:session_id/cancel', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(noBody, request.body)
    const { latest } = await requireOnPage(ctx, request)
    const own = logging(ctx, request)
    if (latest?.status === 'pending') await cancelChallenge(own, portsOf(own), latest)
    return await sendJson(reply, answerOf(await requireOnPage(ctx, request)))
  })

  /** Where a bank with a page of its own sends the customer back to. Whoever opens it changes nothing but the time. */
  app.get('/:session_id/return', open, async (request, reply) => {
    const found = await findOnPage(ctx, request)
    if (found) await goOn(request, found)
    const { session_id } = request.params as { session_id: string }
    const locale = found?.latest?.customer_locale
    const language = locale ? `&locale=${encodeURIComponent(locale)}` : ''
    return await reply
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'strict-origin')
      .redirect(`/${encodeURIComponent(session_id)}?done${language}`, 303)
  })

  async function goOn(request: FastifyRequest, { latest }: OnPage): Promise<void> {
    const own = logging(ctx, request)
    if (latest?.status === 'pending') await continueChallenge(own, portsOf(own), latest)
  }
}
