import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { LIMIT_DEFAULT, listSchema, renderList } from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { receiveAcquirerEvents } from './receiveAcquirerEvents.ts'
import { listTransactionsQuery, transactionSchema } from './schema.ts'
import { countTransactions, listTransactions } from './listStore.ts'
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
      if (query.page !== undefined && query.starting_after !== undefined) {
        throw new SkiroError('invalid_request', {
          param: 'page',
          message: 'Use page or starting_after, not both.',
        })
      }
      if (query.starting_after !== undefined && !isId('transaction', query.starting_after)) {
        throw new SkiroError('invalid_request', {
          param: 'starting_after',
          message: 'starting_after must be a txn_… id.',
        })
      }
      const tenant = tenantOf(request)
      const { page = 1, limit = LIMIT_DEFAULT } = query
      const filter = {
        status: query.status ?? null,
        from: query.from ?? null,
        to: query.to ?? null,
        starting_after: query.starting_after ?? null,
      }
      const [rows, total] = await Promise.all([
        listTransactions(ctx.db, tenant, filter, { limit, offset: (page - 1) * limit }),
        countTransactions(ctx.db, tenant, filter),
      ])
      return renderList(rows.map(renderTransaction), { page, limit, total })
    },
  )

  app.get(
    '/v1/transactions/:id',
    {
      schema: {
        operationId: 'retrieveTransaction',
        tags: ['Transactions'],
        summary: 'Retrieve a transaction',
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
    { config: { public: true }, schema: { hide: true } },
    async (request, reply) => {
      const { acquirer } = request.params as { acquirer: string }
      const mode = (request.query as { mode?: string }).mode === 'live' ? 'live' : 'test'
      const headers = request.headers as Record<string, string | undefined>
      await receiveAcquirerEvents(ctx, acquirer, mode, (request.body as string | undefined) ?? '', headers)
      return await reply.code(204).send()
    },
  )
}
