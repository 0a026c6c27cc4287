import type { FastifyReply } from 'fastify'
import type { Watched } from './watch.ts'

/**
 * Hands the answer over to a stream of events. `X-Accel-Buffering` keeps nginx from collecting them; other proxies that
 * do are found out by the page, which hears no beat and asks for itself.
 */
export function openStream(reply: FastifyReply, watched: Watched): void {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    connection: 'keep-alive',
  })
  // A client that went away throws here later; it is gone all the same.
  raw.on('error', () => watched.end())
  raw.on('close', () => watched.end())
  watched.begin({
    send: (event, data) => {
      // A reader that takes nothing must not fill our memory: it is cut, and asks for itself.
      if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy()
      else raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    close: () => raw.end(),
  })
}

const MAX_WAITING_BYTES = 16 * 1024
