import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findSession } from '../checkout/store.ts'
import type { Context } from '../context.ts'
import { answerAttempt } from '../http/answerAttempt.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import { transactionSchema } from '../transactions/schema.ts'
import { renderTransaction } from '../transactions/transaction.ts'
import { paySession } from './paySession.ts'
import { paySessionBody } from './schema.ts'

/** What a developer's tests need of the world outside, in test mode only. */
export function testHelperRoutes(
  app: FastifyInstance,
  ctx: Context,
  portsOf: (ctx: Context) => TransactionPorts,
): void {
  app.post(
    '/v1/test_helpers/checkout/:id/pay',
    {
      schema: {
        operationId: 'payCheckoutSession',
        tags: ['Test helpers'],
        summary: 'Pay a session with a test card',
        description:
          'Does what a customer does on the hosted page, with a test card by its name, and everything that follows is real: the attempt, its events, the payout. With a live key it is 403 `forbidden`; a session that cannot be paid is 409 `session_not_pending`.',
        params: z.object({ id: z.string().describe('Session id, cs_…') }),
        body: paySessionBody,
        response: { 201: transactionSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: string }
      const tenant = tenantOf(request)
      if (tenant.livemode) throw new SkiroError('forbidden', { message: 'Test helpers take test keys only.' })
      const ref = { ...tenant, id }
      const own = { ...ctx, log: ctx.log.child({ request_id: request.id }) }
      const known = isId('checkout_session', id) && (await findSession(ctx.db, ref))
      if (!known) throw new SkiroError('not_found')
      const body = parse(paySessionBody, request.body)
      return await answerAttempt(ctx, request, reply, body, async (attempt, again) => {
        const row = await paySession(own, portsOf(own), ref, body, attempt)
        // The first request may still run; what it will answer is not known yet.
        if (again && row.state === 'authorizing') throw new SkiroError('idempotency_in_flight')
        return { status: 201, body: renderTransaction(row) }
      })
    },
  )
}
