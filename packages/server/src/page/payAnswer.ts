import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import type { TransactionRow } from '../transactions/transaction.ts'
import { declineGroup } from './declines.ts'
import type { OnPage } from './findOnPage.ts'
import { pageState } from './toView.ts'

/** Where the payment stands after the customer did something. */
export function answerOf({ session, latest }: OnPage) {
  const state = pageState(session, latest)
  if (latest?.status !== 'failed') return stateOf({ session, latest })
  return { status: state === 'open' ? 'declined' : state, ...reason(latest) }
}

/** Where it stands, whoever did something. */
export function stateOf({ session, latest }: OnPage) {
  const status = pageState(session, latest)
  if (status === 'authenticate') return { status, action: latest?.action ?? null }
  return { status }
}

function reason({ failure_code }: TransactionRow) {
  return failure_code === null ? {} : { failure_code: declineGroup(failure_code) }
}

/** An answer to the page's script, which nothing keeps. */
export async function sendJson(reply: FastifyReply, body: object): Promise<FastifyReply> {
  return await reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(body)
}

/** A charge has more to log than its answer: those lines carry the request's id too. */
export function logging(ctx: Context, request: FastifyRequest): Context {
  return { ...ctx, log: ctx.log.child({ request_id: request.id }) }
}
