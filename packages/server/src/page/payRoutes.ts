import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { expireSessionNow } from '../checkout/expireSession.ts'
import { giveMoreTime } from '../checkout/store.ts'
import type { Context } from '../context.ts'
import { parse } from '../http/parse.ts'
import { SkiroError } from '../lib/errors.ts'
import { nowMs } from '../lib/clock.ts'
import { cancelChallenge, continueChallenge } from '../transactions/answerChallenge.ts'
import { confirmTransaction } from '../transactions/confirmTransaction.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import type { TransactionRow } from '../transactions/transaction.ts'
import type { CardTestingGuard } from './cardTesting.ts'
import { declineGroup } from './declines.ts'
import { findOnPage, type OnPage, requireOnPage } from './findOnPage.ts'
import { localeOf } from './localeOf.ts'
import { refuseForeignOrigin } from './refuseForeignOrigin.ts'
import { pageState } from './toView.ts'

const payBody = z.strictObject({
  token: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  customer_email: z.union([z.literal(''), z.email().max(254)]).nullish(),
})
const emptyBody = z.strictObject({})

/** What the page does with a payment: begin it, go on after the bank's question, or give it up there. */
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
    if (!admitted) return await send(reply, { status: 'declined', failure_code: 'card_declined' })
    const own = logging(request)
    const card = { token: body.token, customer_email, customer_locale: localeOf(request, session) }
    const result = await confirmTransaction(own, portsOf(own), session, card)
    const now = await requireOnPage(ctx, request)
    // Whatever did not fail the card is no sign of testing: it is worth a card that works, or has not been asked.
    if ('refused' in result || result.status !== 'failed') await admitted.succeeded()
    if ('refused' in result) {
      // The other charge may have ended meanwhile; this page learns how from the status it asks for.
      const isTaken = result.refused === 'charge_in_flight' && pageState(now.session, now.latest) === 'open'
      return await send(reply, isTaken ? { status: 'processing' } : stateOf(now))
    }
    return await send(reply, answerOf({ session: now.session, latest: result }))
  })

  /** The customer has answered the bank, or says so: the acquirer is asked. */
  app.post('/:session_id/continue', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(emptyBody, request.body)
    await goOn(request, await requireOnPage(ctx, request))
    return await send(reply, answerOf(await requireOnPage(ctx, request)))
  })

  app.post('/:session_id/cancel', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(emptyBody, request.body)
    const { latest } = await requireOnPage(ctx, request)
    const own = logging(request)
    if (latest?.status === 'pending') await cancelChallenge(own, portsOf(own), latest)
    return await send(reply, answerOf(await requireOnPage(ctx, request)))
  })

  /** One action gives the customer more time; a page that asks for it too early or too often is told the end as it is. */
  app.post('/:session_id/more-time', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(emptyBody, request.body)
    const { session } = await requireOnPage(ctx, request)
    const expires_at = (await giveMoreTime(ctx.db, session)) ?? session.expires_at
    return await send(reply, {
      expires_at: expires_at.toISOString(),
      server_time: new Date(nowMs()).toISOString(),
    })
  })

  /** Test mode only: the end of a session, to see what its customer would. */
  app.post('/:session_id/test-expire', open, async (request, reply) => {
    refuseForeignOrigin(request, ctx.config.public_url)
    parse(emptyBody, request.body)
    const { session } = await requireOnPage(ctx, request)
    if (session.livemode) throw new SkiroError('not_found')
    await expireSessionNow(ctx, session)
    return await send(reply, stateOf(await requireOnPage(ctx, request)))
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
    const own = logging(request)
    if (latest?.status === 'pending') await continueChallenge(own, portsOf(own), latest)
  }

  /** A charge has more to log than its answer: those lines carry the request's id too. */
  function logging(request: FastifyRequest): Context {
    return { ...ctx, log: ctx.log.child({ request_id: request.id }) }
  }
}

/** Where the payment stands after the customer did something. */
function answerOf({ session, latest }: OnPage) {
  const state = pageState(session, latest)
  if (latest?.status !== 'failed') return stateOf({ session, latest })
  return { status: state === 'open' ? 'declined' : state, ...reason(latest) }
}

function stateOf({ session, latest }: OnPage) {
  const status = pageState(session, latest)
  if (status === 'authenticate') return { status, action: latest?.action ?? null }
  return { status }
}

function reason({ failure_code }: TransactionRow) {
  return failure_code === null ? {} : { failure_code: declineGroup(failure_code) }
}

async function send(reply: FastifyReply, body: object): Promise<FastifyReply> {
  return await reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(body)
}
