import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Tx } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type Effect, idempotent } from './idempotent.ts'
import { readIdempotencyKey } from './idempotencyKey.ts'
import { tenantOf } from './tenant.ts'

/**
 * Answers a POST, once per Idempotency-Key: see `idempotent`. The route's pattern is the key's scope; the ids of the
 * path and the parsed body say what is asked for.
 */
export async function answerOnce(
  ctx: Parameters<typeof idempotent>[0],
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  work: (tx: Tx, tenant: Tenant) => Promise<Effect>,
): Promise<FastifyReply> {
  const tenant = tenantOf(request)
  const attempt = {
    tenant,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    key: readIdempotencyKey(request),
    says: { path: request.params, body },
  }
  const { status, text, replayed } = await idempotent(ctx, attempt, (tx) => work(tx, tenant))
  if (replayed) reply.header('idempotent-replayed', 'true')
  return await reply.code(status).type('application/json; charset=utf-8').send(text)
}
