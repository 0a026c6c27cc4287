import type { FastifyInstance, FastifyRequest } from 'fastify'
import { pendingMigrations } from '../db/migrate.ts'
import type { Db } from '../db/sql.ts'
import { isWithin } from './clientAddress.ts'
import type { Drain } from './drain.ts'

export type ProbeOptions = {
  readonly db: Db
  readonly drain: Drain
  /** The metrics in the Prometheus text format. */
  readonly metrics: () => Promise<string>
  /** Ranges whose addresses may read them. */
  readonly metrics_allow: readonly string[]
}

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8'

/** `/healthz`: the process runs. `/readyz`: it should be sent requests. `/metrics`: for those who may read them. */
export function probeRoutes(app: FastifyInstance, { db, drain, metrics, metrics_allow }: ProbeOptions): void {
  const hidden = { config: { public: true, uncounted: true }, schema: { hide: true } }
  app.get('/healthz', hidden, async () => ({ status: 'ok' }))
  app.get('/readyz', hidden, async (_request, reply) => {
    const reason = await notReady()
    if (reason === null) return { status: 'ready' }
    return await reply.code(503).send({ status: 'not_ready', reason })
  })
  app.get('/metrics', hidden, async (request, reply) => {
    if (mayRead(request, metrics_allow)) return await reply.type(PROMETHEUS_TEXT).send(await metrics())
    reply.callNotFound()
    return reply
  })

  // Shared by those who ask at the same time: the probe counts against no limit, and must not become a load.
  let looking: Promise<string | null> | null = null

  async function notReady(): Promise<string | null> {
    if (drain.draining) return 'stopping'
    looking ??= look().finally(() => {
      looking = null
    })
    return await looking
  }

  async function look(): Promise<string | null> {
    const pending = await pendingMigrations(db).catch(() => null)
    if (pending === null) return 'no database'
    return pending.length > 0 ? 'migrations are pending' : null
  }
}

const FORWARDED = /^(?:forwarded|via|x-forwarded-.+|x-real-ip)$/

/**
 * Judged by the socket's own address, whatever proxies are trusted, and only when no proxy shows: one on this machine
 * would make every customer look like a neighbour.
 */
function mayRead({ raw }: FastifyRequest, ranges: readonly string[]): boolean {
  return (
    isWithin(raw.socket.remoteAddress, ranges) &&
    !Object.keys(raw.headers).some((name) => FORWARDED.test(name))
  )
}
