import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { tenantOf } from '../http/tenant.ts'
import { findMerchant } from './findMerchant.ts'
import { merchantSchema } from './schema.ts'

export function merchantRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/merchant',
    {
      schema: {
        operationId: 'retrieveMerchant',
        tags: ['Merchant'],
        summary: 'Retrieve your settings',
        description:
          "The merchant of the API key, with the wallets, the webhook URL and the branding of the key's mode.",
        response: { 200: merchantSchema },
      },
    },
    async (request) => await findMerchant(ctx, tenantOf(request)),
  )
}
