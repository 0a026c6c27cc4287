import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { renderEvent } from '../events/event.ts'
import { eventSchema } from '../events/schema.ts'
import { answerOnce } from '../http/answerOnce.ts'
import { parse } from '../http/parse.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { resendEvent } from './resendEvent.ts'
import { resendEventBody } from './schema.ts'

/** Sending events again. Reading them is the events' own. */
export function resendRoutes(app: FastifyInstance, ctx: Context): void {
  app.post(
    '/v1/events/:id/resend',
    {
      schema: {
        operationId: 'resendEvent',
        tags: ['Events'],
        summary: 'Send an event again',
        description:
          'To every endpoint that should hear of it now, or to one. Same id and content, so a receiver that has it already can tell.',
        params: z.object({ id: z.string().describe('Event id, evt_…') }),
        body: resendEventBody,
        response: { 200: eventSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: string }
      const webhook_id = parse(resendEventBody, request.body)
      return await answerOnce(ctx, request, reply, { webhook_id }, async (tx, tenant) => {
        if (!isId('event', id)) throw new SkiroError('not_found')
        return { status: 200, body: renderEvent(await resendEvent(tx, { ...tenant, id }, webhook_id)) }
      })
    },
  )
}
