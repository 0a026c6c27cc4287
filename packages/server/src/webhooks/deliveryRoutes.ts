import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { eventBody } from '../events/event.ts'
import { findPosted } from '../events/store.ts'
import { answerOnce } from '../http/answerOnce.ts'
import { readSlice, renderUncounted, uncountedListSchema } from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import { triesAtEndpoint, triesOfEvent } from './deliveries/logStore.ts'
import { renderTry } from './deliveries/renderTry.ts'
import {
  listEventTriesQuery,
  listTriesQuery,
  resendRangeBody,
  resendRangeSchema,
  trySchema,
} from './deliverySchema.ts'
import { resendRange } from './resendRange.ts'
import { findEndpoint } from './store.ts'

const ENDPOINT = z.object({ id: z.string().describe('Webhook endpoint id, we_…') })
const EVENT = z.object({ id: z.string().describe('Event id, evt_…') })

/** The object of that kind which the path names. An id that is none is as absent as one that does not exist. */
function refOf(
  kind: 'webhook_endpoint' | 'event',
  { params }: { params: unknown },
  { merchant_id, livemode }: Tenant,
): Ref {
  const { id } = params as { id: string }
  if (!isId(kind, id)) throw new SkiroError('not_found')
  return { merchant_id, livemode, id }
}

/** What became of deliveries, and a range of them once more. */
export function deliveryRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        tags: ['Webhook endpoints'],
        summary: 'List tries at an endpoint',
        description:
          'Each try to post an event, newest first, for 30 days. What was posted is the event, which `GET /v1/events/{id}/deliveries` shows byte for byte. Too many to be counted: there is no total.',
        params: ENDPOINT,
        querystring: listTriesQuery,
        response: { 200: uncountedListSchema(trySchema) },
      },
    },
    async (request) => {
      const query = parse(listTriesQuery, request.query)
      const slice = readSlice('webhook_attempt', query)
      const ref = refOf('webhook_endpoint', request, tenantOf(request))
      if (!(await findEndpoint(ctx.db, ref))) throw new SkiroError('not_found')
      const filter = { outcome: query.status ?? null, event_id: query.event_id ?? null }
      const rows = await triesAtEndpoint(ctx.db, ref, filter, slice)
      return renderUncounted(rows, slice.limit, (row) => renderTry(row))
    },
  )

  app.get(
    '/v1/events/:id/deliveries',
    {
      schema: {
        operationId: 'listEventDeliveries',
        tags: ['Events'],
        summary: 'List tries to deliver an event',
        description:
          'Each try at any endpoint, also at one that was deleted since, newest first, for 30 days, with the bytes that were posted.',
        params: EVENT,
        querystring: listEventTriesQuery,
        response: { 200: uncountedListSchema(trySchema) },
      },
    },
    async (request) => {
      const slice = readSlice('webhook_attempt', parse(listEventTriesQuery, request.query))
      const ref = refOf('event', request, tenantOf(request))
      const event = await findPosted(ctx.db, ref)
      if (!event) throw new SkiroError('not_found')
      const body = eventBody(event)
      return renderUncounted(await triesOfEvent(ctx.db, ref, slice), slice.limit, (row) =>
        renderTry(row, body),
      )
    },
  )

  app.post(
    '/v1/webhooks/:id/resend',
    {
      schema: {
        operationId: 'resendToWebhookEndpoint',
        tags: ['Webhook endpoints'],
        summary: 'Send an endpoint its events again',
        description:
          'What this endpoint has not accepted, or a range of all it listens to, oldest first, at most 1,000 events per call. Each begins afresh with 72 hours of its own. A disabled endpoint is 409 `webhook_endpoint_disabled`.',
        params: ENDPOINT,
        body: resendRangeBody,
        response: { 200: resendRangeSchema },
      },
    },
    async (request, reply) => {
      const body = parse(resendRangeBody, request.body)
      return await answerOnce(ctx, request, reply, body, async (tx, tenant) => ({
        status: 200,
        body: await resendRange(tx, refOf('webhook_endpoint', request, tenant), body),
      }))
    },
  )
}
