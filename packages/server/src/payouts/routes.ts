import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { listSchema, readSlice, readWindow, renderSlice } from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { payoutList } from './listStore.ts'
import { renderPayout } from './payout.ts'
import { listPayoutsQuery, payoutSchema } from './schema.ts'
import { findPayout } from './store.ts'

export function payoutRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/payouts',
    {
      schema: {
        operationId: 'listPayouts',
        tags: ['Payouts'],
        summary: 'List payouts',
        description: 'Newest first. One payout per captured payment.',
        querystring: listPayoutsQuery,
        response: { 200: listSchema(payoutSchema) },
      },
    },
    async (request) => {
      const query = parse(listPayoutsQuery, request.query)
      const slice = readSlice('payout', query)
      const filter = { status: query.status ?? null, window: readWindow(query) }
      const tenant = tenantOf(request)
      const [rows, total] = await Promise.all([
        payoutList.page(ctx.db, tenant, filter, slice),
        payoutList.count(ctx.db, tenant, filter),
      ])
      return renderSlice(slice, rows, total, renderPayout)
    },
  )

  app.get(
    '/v1/payouts/:id',
    {
      schema: {
        operationId: 'retrievePayout',
        tags: ['Payouts'],
        summary: 'Retrieve a payout',
        description:
          'Where the crypto of one transaction is: its hash, its confirmations, or what it waits for.',
        params: z.object({ id: z.string().describe('Payout id, po_…') }),
        response: { 200: payoutSchema },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string }
      const row = isId('payout', id) ? await findPayout(ctx.db, { ...tenantOf(request), id }) : null
      if (!row) throw new SkiroError('not_found')
      return renderPayout(row)
    },
  )
}
