import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { CRYPTOS } from '../lib/money.ts'
import { renderPayout } from './payout.ts'
import { findPayout } from './store.ts'

/** The payout object, for the OpenAPI document. */
export const payoutSchema = z
  .object({
    id: z.string().meta({ example: 'po_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('payout'),
    livemode: z.boolean(),
    transaction_id: z.string(),
    amount: z.number(),
    currency: z.enum(CRYPTOS),
    network: z.string(),
    address: z.string(),
    status: z.enum(['pending', 'held', 'sent', 'completed', 'failed']),
    hold_reason: z.string().nullable().describe('Why the payout waits. It is tried again by itself.'),
    tx_hash: z.string().nullable(),
    attempts: z.array(z.string()).describe('Hashes of every transaction that was sent for this payout.'),
    confirmations: z.number(),
    metadata: z.record(z.string(), z.string()),
    created_at: z.string(),
    sent_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    failure_reason: z.string().nullable(),
  })
  .meta({ id: 'payout' })

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
