import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import {
  listSchema,
  pagingQuery,
  queryInteger,
  readSlice,
  refuseBoth,
  renderList,
  renderSlice,
} from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import { EVENT_TYPES, type EventRow, renderEvent } from './event.ts'
import { countEvents, eventsAfter, listEvents } from './listStore.ts'
import { eventSchema } from './schema.ts'
import { findEvent } from './store.ts'
import { countUnacknowledged, isEndpoint, unacknowledgedEvents } from './unacknowledgedStore.ts'

const listEventsQuery = z.strictObject({
  after: queryInteger(0, 999_999_999_999_999)
    .optional()
    .describe(
      'A sequence: the events after it, oldest first. Go on from the last `sequence` that you have handled and you miss none; 0 starts at the first.',
    ),
  unacknowledged_by: z
    .string('must be given once')
    .optional()
    .describe(
      'A webhook endpoint: only events that it has not accepted, whether they are still tried or were given up, oldest first, after the sequence `after` (default 0). What was given up is known for 30 days.',
    ),
  type: z.enum(EVENT_TYPES).optional().describe('Only events of this type.'),
  ...pagingQuery,
})

export function eventRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/events',
    {
      schema: {
        operationId: 'listEvents',
        tags: ['Events'],
        summary: 'List events',
        description:
          'Newest first; with `after`, oldest first from that sequence: so you can pull what a webhook did not bring. With `unacknowledged_by`, `pagination.total` is counted up to 10,000.',
        querystring: listEventsQuery,
        response: { 200: listSchema(eventSchema) },
        errors: ['not_found'],
      },
    },
    async (request) => {
      const query = parse(listEventsQuery, request.query)
      const tenant = tenantOf(request)
      const type = query.type ?? null
      for (const other of ['page', 'starting_after', 'ending_before']) {
        refuseBoth(query, ['after', other])
        refuseBoth(query, ['unacknowledged_by', other])
      }
      refuseBoth(query, ['unacknowledged_by', 'type'])
      const slice = readSlice('event', query)
      if (query.unacknowledged_by !== undefined) {
        const endpoint = await knownEndpoint(tenant, query.unacknowledged_by)
        const [rows, total] = await Promise.all([
          unacknowledgedEvents(ctx.db, endpoint, query.after ?? 0, slice.limit),
          countUnacknowledged(ctx.db, endpoint),
        ])
        return renderForward(rows, slice.limit, total)
      }
      const [rows, total] = await Promise.all([
        query.after === undefined
          ? listEvents(ctx.db, tenant, type, slice)
          : eventsAfter(ctx.db, tenant, type, query.after, slice.limit),
        countEvents(ctx.db, tenant, type),
      ])
      if (query.after === undefined) return renderSlice(slice, rows, total, renderEvent)
      return renderForward(rows, slice.limit, total)
    },
  )

  async function knownEndpoint(tenant: Tenant, id: string): Promise<Ref> {
    const { merchant_id, livemode } = tenant
    const ref = { merchant_id, livemode, id }
    if (isId('webhook_endpoint', id) && (await isEndpoint(ctx.db, ref))) return ref
    throw new SkiroError('not_found', { param: 'unacknowledged_by' })
  }

  app.get(
    '/v1/events/:id',
    {
      schema: {
        operationId: 'retrieveEvent',
        tags: ['Events'],
        summary: 'Retrieve an event',
        description: 'The same bytes of `data` as were posted: the object as it was then, not as it is now.',
        params: z.object({ id: z.string().describe('Event id, evt_…') }),
        response: { 200: eventSchema },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string }
      const row = isId('event', id) ? await findEvent(ctx.db, { ...tenantOf(request), id }) : null
      if (!row) throw new SkiroError('not_found')
      return renderEvent(row)
    },
  )
}

/** Rows that were read oldest first, one over the limit when more follow. */
function renderForward(rows: readonly EventRow[], limit: number, total: number) {
  const shown = rows.slice(0, limit).map(renderEvent)
  return renderList(shown, { page: 1, limit, total, has_more: rows.length > limit })
}
