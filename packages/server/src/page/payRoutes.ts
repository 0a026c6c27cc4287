import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../http/parse.ts'
import { confirmTransaction } from '../transactions/confirmTransaction.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import type { CardTestingGuard } from './cardTesting.ts'
import { requireOnPage } from './findOnPage.ts'
import { localeOf } from './localeOf.ts'
import { answerOf, logging, sendJson, stateOf } from './payAnswer.ts'
import { refuseForeignOrigin } from './refuseForeignOrigin.ts'
import { pageState } from './toView.ts'

const payBody = z.strictObject({
  token: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  customer_email: z.union([z.literal(''), z.email().max(254)]).nullish(),
})

/**
 * `POST /{session id}/pay`: one attempt with the token of a card. The same token again is the same attempt and has its
 * answer; another one on a session that is paid is 409, with the address of the receipt.
 */
export function payRoutes(
  app: FastifyInstance,
  ctx: Context,
  portsOf: (ctx: Context) => TransactionPorts,
  admitCard: CardTestingGuard,
): void {
  const open = { config: { public: true }, schema: { hide: true } }

  app.post('/:session_id/pay', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    const { session } = await requireOnPage(ctx, request)
    const body = parse(payBody, request.body)
    const customer_email = body.customer_email ? body.customer_email : null
    const admitted = await admitCard(request, session.livemode)
    if (!admitted) return await sendJson(reply, { status: 'declined', failure_code: 'card_declined' })
    const own = logging(ctx, request)
    const card = { token: body.token, customer_email, customer_locale: localeOf(request, session) }
    const result = await confirmTransaction(own, portsOf(own), session, card)
    const now = await requireOnPage(ctx, request)
    // Whatever did not fail the card is no sign of testing: it is worth a card that works, or has not been asked.
    if ('refused' in result || result.status !== 'failed') await admitted.succeeded()
    if ('refused' in result) {
      // The other charge may have ended meanwhile; this page learns how from the status it asks for.
      const isTaken = result.refused === 'charge_in_flight' && pageState(now.session, now.latest) === 'open'
      const state = stateOf(now)
      // Another card has paid. Not the same answer as after one's own payment: this customer was not charged again.
      if (state.status === 'paid')
        return await sendJson(reply.code(409), { ...state, receipt_url: receiptUrl(ctx, session.id) })
      return await sendJson(reply, isTaken ? { status: 'processing' } : state)
    }
    return await sendJson(reply, answerOf({ session: now.session, latest: result }))
  })
}

const receiptUrl = (ctx: Context, session: string) => new URL(`/${session}`, ctx.config.public_url).href
