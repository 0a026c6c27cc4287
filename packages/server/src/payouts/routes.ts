import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { renderPayout } from './payout.ts'
import { payoutSchema } from './schema.ts'
import { findPayout } from './store.ts'

export function payoutRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/payouts/:id',
    {
      schema: {
        operationId: 'retrievePayout',
        tags: ['Payouts'],
        summary: 'Retrieve a payout',
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
