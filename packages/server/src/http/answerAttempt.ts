import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answer, Effect } from './idempotent.ts'
import { idempotent, keptAnswer } from './idempotent.ts'
import { readIdempotencyKey } from './idempotencyKey.ts'
import { tenantOf } from './tenant.ts'

/**
 * Answers a POST whose effect is more than one database transaction, because it asks the outside: once per
 * Idempotency-Key, like `answerOnce`. `work` gets the name of the attempt, which is committed before it runs and is
 * the same for every repetition (`again`), and must itself take effect once per name. After a crash in the middle the
 * next repetition goes on with the same name; once there is an answer, it is kept and repeated to the byte.
 */
export async function answerAttempt(
  ctx: Parameters<typeof idempotent>[0],
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  work: (attempt: string, again: boolean) => Promise<Effect>,
): Promise<FastifyReply> {
  const route = `${request.method} ${request.routeOptions.url ?? ''}`
  const key = readIdempotencyKey(request)
  const asked = { tenant: tenantOf(request), route, key, says: { path: request.params, body } }
  const { status, text, replayed } = (await keptAnswer(ctx, asked)) ?? (await attemptIt())
  if (replayed) reply.header('idempotent-replayed', 'true')
  return await reply.code(status).type('application/json; charset=utf-8').send(text)

  async function attemptIt(): Promise<Answer> {
    const named = await idempotent(ctx, { ...asked, route: `${route} attempt` }, async () => ({
      status: 200,
      body: { attempt: randomUUID() },
    }))
    const { attempt } = JSON.parse(named.text) as { attempt: string }
    const effect = await work(attempt, named.replayed)
    return await idempotent(ctx, asked, async () => effect)
  }
}
