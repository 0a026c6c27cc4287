import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { answerOnce } from '../http/answerOnce.ts'
import { noBody } from '../http/noBody.ts'
import { parse } from '../http/parse.ts'
import { readIdempotencyKey } from '../http/idempotencyKey.ts'
import { refusePlainHttp } from '../http/webUrl.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { KeyScope, PresentedKey } from '../lib/tenant.ts'
import { createSession, sessionInserts } from './createSession.ts'
import { expireSession } from './expireSession.ts'
import { quickBody } from './quickBody.ts'
import { sessionReads } from './readSession.ts'
import { createSessionBody, sessionSchema } from './schema.ts'
import { renderSession } from './session.ts'

const idParams = z.object({ id: z.string().describe('Session id, cs_…') })

/** Proves API keys for the routes whose own statements do that too. */
export type KeyPort = {
  /** @throws SkiroError `invalid_api_key` when the header holds nothing that looks like a key. */
  present(authorization: string | undefined): PresentedKey
  /** Notes on the request whose it is, as the route's statement found it. */
  proven(request: FastifyRequest, key: PresentedKey, found: { merchant_id: string; scope: KeyScope }): void
  /** The same by a statement of its own. @throws SkiroError `invalid_api_key`, `forbidden` */
  prove(request: FastifyRequest): Promise<void>
}

export function checkoutRoutes(
  app: FastifyInstance,
  ctx: Context,
  keys: KeyPort,
  onGroup: (size: number) => void,
): void {
  const insert = sessionInserts(ctx, onGroup)
  const read = sessionReads(ctx)
  const asks_itself = {
    config: { proves_key_itself: true },
    // Someone without a valid key learns only that, whatever else is wrong with the request.
    errorHandler: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void refuse(keys, error, request, reply),
  }
  app.post(
    '/v1/checkout',
    {
      ...asks_itself,
      schema: {
        operationId: 'createCheckoutSession',
        tags: ['Checkout sessions'],
        summary: 'Create a session',
        description:
          'Send the customer to the returned `url`. Send an `Idempotency-Key` header to make retries safe.',
        body: createSessionBody,
        response: { 201: sessionSchema },
        errors: ['payout_wallet_missing', 'payout_currency_unavailable'],
      },
    },
    async (request, reply) => {
      const body = quickBody(request.body) ?? parse(createSessionBody, request.body)
      const key = keys.present(request.headers.authorization)
      refusePlainHttp(key, 'webhook_url', body.webhook_url)
      const { session, replayed } = await createSession(ctx, insert, key, body, readIdempotencyKey(request))
      keys.proven(request, key, { merchant_id: session.merchant_id, scope: 'full' })
      if (replayed) reply.header('idempotent-replayed', 'true')
      return reply.code(201).send(renderSession(session, ctx.config.public_url))
    },
  )

  app.get(
    '/v1/checkout/:id',
    {
      ...asks_itself,
      schema: {
        operationId: 'retrieveCheckoutSession',
        tags: ['Checkout sessions'],
        summary: 'Retrieve a session',
        description: 'The session as it is now. Ended sessions stay readable.',
        params: idParams,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: string }
      const key = keys.present(request.headers.authorization)
      const answer = isId('checkout_session', id) ? await read({ key, id }) : undefined
      if (answer === null) throw new SkiroError('invalid_api_key')
      if (answer) keys.proven(request, key, answer)
      if (!answer?.session) throw new SkiroError('not_found')
      return reply.send(renderSession(answer.session, ctx.config.public_url))
    },
  )

  app.post(
    '/v1/checkout/:id/expire',
    {
      schema: {
        operationId: 'expireCheckoutSession',
        tags: ['Checkout sessions'],
        summary: 'Expire a session',
        description:
          'Only a pending session without a charge in flight can be expired; otherwise 409 `session_not_pending`.',
        params: idParams,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: string }
      parse(noBody, request.body)
      return await answerOnce(ctx, request, reply, null, async (tx, tenant) => {
        if (!isId('checkout_session', id)) throw new SkiroError('not_found')
        const session = await expireSession(ctx, tx, { ...tenant, id })
        return { status: 200, body: renderSession(session, ctx.config.public_url) }
      })
    },
  )
}

// What the hook refused before the route ran costs no second look at the key: a flood must stay cheap.
const JUDGED: ReadonlySet<string> = new Set(['rate_limited', 'invalid_api_key'])

/** Sends the error on to the server's handler, or, when the key is not valid, that error and no other. */
async function refuse(
  keys: KeyPort,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const key_was_judged = error instanceof SkiroError && JUDGED.has(error.code)
  try {
    if (!key_was_judged) await keys.prove(request)
    reply.send(error)
  } catch (refusal) {
    reply.send(refusal)
  }
}
