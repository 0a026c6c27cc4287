import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import {
  LIMIT_DEFAULT,
  pagingQuery,
  queryInteger,
  renderUncounted,
  uncountedListSchema,
} from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { renderResend, resendsAfter } from './resendListStore.ts'
import { eventResendSchema } from './schema.ts'

const listResendsQuery = z.strictObject({
  after: queryInteger(0, 999_999_999_999_999)
    .optional()
    .describe(
      'The number of a resend: those after it. Go on from the last `sequence` that you got and you miss none. Default 0.',
    ),
  limit: pagingQuery.limit,
})

/** What was sent again, for those who pull. */
export function resendListRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/events/resends',
    {
      schema: {
        operationId: 'listEventResends',
        tags: ['Events'],
        summary: 'List resends',
        description:
          'Oldest first. A resend gives an event no new sequence, so whoever pulls events reads here what was sent again.',
        querystring: listResendsQuery,
        response: { 200: uncountedListSchema(eventResendSchema) },
      },
    },
    async (request) => {
      const { after = 0, limit = LIMIT_DEFAULT } = parse(listResendsQuery, request.query)
      return renderUncounted(await resendsAfter(ctx.db, tenantOf(request), after, limit), limit, renderResend)
    },
  )
}
