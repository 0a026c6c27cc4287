import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { createdQuery, listSchema, pagingQuery, readSlice, readWindow, renderSlice } from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { STORABLE, storable } from '../http/storable.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { countSessions, listSessions } from './listStore.ts'
import { sessionSchema } from './schema.ts'
import { SESSION_STATUSES, renderSession } from './session.ts'

const ORDER = 'metadata[order_id]'

const listSessionsQuery = z.strictObject({
  ...pagingQuery,
  status: z.enum(SESSION_STATUSES).optional().describe('Only those with this status.'),
  ...createdQuery,
  [ORDER]: z
    .string('must be given once')
    .max(500, 'must be at most 500 characters')
    .refine(storable, STORABLE)
    .optional()
    .describe('Sessions of this order: those that were created with this `order_id` in their metadata.'),
})

export function checkoutListRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/checkout',
    {
      schema: {
        operationId: 'listCheckoutSessions',
        tags: ['Checkout sessions'],
        summary: 'List sessions',
        description:
          'Newest first. `metadata[order_id]` finds the sessions of an order; `pagination.total` is then counted up to 10,000.',
        querystring: listSessionsQuery,
        response: { 200: listSchema(sessionSchema) },
      },
    },
    async (request) => {
      refuseOtherMetadata(request.query as object)
      const query = parse(listSessionsQuery, request.query)
      const slice = readSlice('checkout_session', query)
      const filter = {
        status: query.status ?? null,
        window: readWindow(query),
        order_id: query[ORDER] ?? null,
      }
      const tenant = tenantOf(request)
      const [rows, total] = await Promise.all([
        listSessions(ctx.db, tenant, filter, slice),
        countSessions(ctx.db, tenant, filter),
      ])
      return renderSlice(slice, rows, total, (row) => renderSession(row, ctx.config.public_url))
    },
  )
}

/** @throws SkiroError naming a parameter that means other metadata than the one key that has an index. */
function refuseOtherMetadata(query: object): void {
  for (const param of Object.keys(query)) {
    if (!/^metadata(?:$|[[.])/.test(param) || param === ORDER) continue
    throw new SkiroError('invalid_request', {
      param,
      message: `Of metadata only order_id can be searched: ${ORDER}=….`,
    })
  }
}
