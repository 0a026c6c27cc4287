import type { FastifyInstance } from 'fastify'

/** Whether this process has been told to stop. */
export type Drain = {
  readonly draining: boolean
  begin(): void
}

export function createDrain(): Drain {
  let draining = false
  return {
    get draining() {
      return draining
    },
    begin() {
      draining = true
    },
  }
}

/**
 * While draining every answer says `Connection: close` (RFC 9112 §9.6), also to requests that were under way before:
 * a client that reuses a connection must not meet the moment in which we close it.
 */
export function closeWhenDraining(app: FastifyInstance, drain: Drain): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.draining) reply.header('connection', 'close')
    done(null, payload)
  })
}

/**
 * Takes no new connection and answers what is under way. A connection that was busy when closing began goes idle later;
 * without a look every now and then it would keep us until it times out.
 */
export async function closeApp(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 50)
  await app.close().finally(() => clearInterval(idle))
}
