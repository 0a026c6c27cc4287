import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../http/parse.ts'
import { readIdempotencyKey } from '../http/idempotencyKey.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { PresentedKey } from '../lib/tenant.ts'
import { createSession } from './createSession.ts'
import { expireSession } from './expireSession.ts'
import { createSessionBody, sessionSchema } from './schema.ts'
import { renderSession } from './session.ts'
import { findSession } from './store.ts'

const idParams = z.object({ id: z.string().describe('Session id, cs_…') })

/** Proves the key by itself, for the one route whose statement does that too. */
export type KeyPort = {
  present(authorization: string | undefined): PresentedKey
  prove(key: PresentedKey): Promise<void>
}

export function checkoutRoutes(app: FastifyInstance, ctx: Context, keys: KeyPort): void {
  app.post(
    '/v1/checkout',
    {
      config: { proves_key_itself: true },
      // Someone without a valid key learns only that, whatever else is wrong with the request.
      errorHandler: (error, request, reply) => void refuse(keys, error, request, reply),
      schema: {
        operationId: 'createCheckoutSession',
        tags: ['Checkout sessions'],
        summary: 'Create a session',
        description:
          'Send the customer to the returned `url`. Send an `Idempotency-Key` header to make retries safe.',
        body: createSessionBody,
        response: { 201: sessionSchema },
      },
    },
    async (request, reply) => {
      const body = parse(createSessionBody, request.body)
      const key = keys.present(request.headers.authorization)
      const { session, replayed } = await createSession(ctx, key, body, readIdempotencyKey(request))
      if (replayed) reply.header('idempotent-replayed', 'true')
      return await reply.code(201).send(renderSession(session, ctx.config.public_url))
    },
  )

  app.get(
    '/v1/checkout/:id',
    {
      schema: {
        operationId: 'retrieveCheckoutSession',
        tags: ['Checkout sessions'],
        summary: 'Retrieve a session',
        params: idParams,
        response: { 200: sessionSchema },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string }
      const session = isId('checkout_session', id)
        ? await findSession(ctx.db, { ...tenantOf(request), id })
        : null
      if (!session) throw new SkiroError('not_found')
      return renderSession(session, ctx.config.public_url)
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
      parse(z.union([z.undefined(), z.null(), z.strictObject({})]), request.body)
      const key = readIdempotencyKey(request)
      if (!isId('checkout_session', id)) throw new SkiroError('not_found')
      const { session, replayed } = await expireSession(ctx, { ...tenantOf(request), id }, key)
      if (replayed) reply.header('idempotent-replayed', 'true')
      return renderSession(session, ctx.config.public_url)
    },
  )
}

/** Sends the error on to the server's handler, or, when the key is not valid, that error and no other. */
async function refuse(
  keys: KeyPort,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  try {
    await keys.prove(keys.present(request.headers.authorization))
    reply.send(error)
  } catch (refusal) {
    reply.send(refusal)
  }
}
