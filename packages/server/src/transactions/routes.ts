import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { listSchema, readSlice, readWindow, renderSlice } from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { receiveAcquirerEvents } from './receiveAcquirerEvents.ts'
import { listTransactionsQuery, transactionSchema } from './schema.ts'
import { transactionList } from './listStore.ts'
import { findTransaction } from './store.ts'
import { renderTransaction } from './transaction.ts'

export function transactionRoutes(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/v1/transactions',
    {
      schema: {
        operationId: 'listTransactions',
        tags: ['Transactions'],
        summary: 'List transactions',
        description: 'Newest first. One transaction per attempt to charge a card.',
        querystring: listTransactionsQuery,
        response: { 200: listSchema(transactionSchema) },
      },
    },
    async (request) => {
      const query = parse(listTransactionsQuery, request.query)
      const slice = readSlice('transaction', query)
      const filter = { status: query.status ?? null, window: readWindow(query) }
      const tenant = tenantOf(request)
      const [rows, total] = await Promise.all([
        transactionList.page(ctx.db, tenant, filter, slice),
        transactionList.count(ctx.db, tenant, filter),
      ])
      return renderSlice(slice, rows, total, renderTransaction)
    },
  )

  app.get(
    '/v1/transactions/:id',
    {
      schema: {
        operationId: 'retrieveTransaction',
        tags: ['Transactions'],
        summary: 'Retrieve a transaction',
        description: 'What became of one attempt to charge a card, up to the crypto in your wallet.',
        params: z.object({ id: z.string().describe('Transaction id, txn_…') }),
        response: { 200: transactionSchema },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string }
      const row = isId('transaction', id) ? await findTransaction(ctx.db, { ...tenantOf(request), id }) : null
      if (!row) throw new SkiroError('not_found')
      return renderTransaction(row)
    },
  )
}

/** The acquirer's webhooks: raw body, no API key, proven by the acquirer's signature. */
export function acquirerWebhookRoutes(app: FastifyInstance, ctx: Context): void {
  app.post(
    '/acquirers/:acquirer/webhook',
    { config: { public: true, uncounted: true }, schema: { hide: true } },
    async (request, reply) => {
      const { acquirer } = request.params as { acquirer: string }
      const mode = (request.query as { mode?: string }).mode === 'live' ? 'live' : 'test'
      const headers = request.headers as Record<string, string | undefined>
      await receiveAcquirerEvents(ctx, acquirer, mode, (request.body as string | undefined) ?? '', headers)
      return await reply.code(204).send()
    },
  )
}
