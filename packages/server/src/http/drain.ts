import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { monotonicMs } from '../lib/clock.ts'

/** How one server stops. */
export type Drain = {
  /** Whether it has been told to. */
  readonly draining: boolean
  begin(): void
  /** Connections that have not sent a whole request head yet. */
  readonly silent: Set<Socket>
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
    silent: new Set(),
  }
}

/**
 * While draining every answer says `Connection: close` (RFC 9112 §9.6), also to requests that were under way before:
 * a client that reuses a connection must not meet the moment in which we close it.
 */
export function watchForDrain(app: FastifyInstance, drain: Drain): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.draining) reply.header('connection', 'close')
    done(null, payload)
  })
  app.server.on('connection', (socket: Socket) => {
    drain.silent.add(socket)
    socket.once('close', () => drain.silent.delete(socket))
  })
  app.server.prependListener('request', ({ socket }: IncomingMessage) => drain.silent.delete(socket))
}

/** Enough for a head that was sent before the sender could know. */
const SILENT_MAX_MS = 1000

/**
 * Takes no new connection and answers what is under way. A connection that was busy when closing began goes idle later;
 * without a look every now and then it would keep us until it times out. So would one that says nothing, which browsers
 * open on suspicion: Node takes it for busy.
 */
export async function closeApp(app: FastifyInstance, drain: Drain): Promise<void> {
  const start = monotonicMs()
  const look = setInterval(() => {
    app.server.closeIdleConnections()
    if (monotonicMs() - start < SILENT_MAX_MS) return
    for (const socket of drain.silent) socket.destroy()
  }, 50)
  await app.close().finally(() => clearInterval(look))
}
