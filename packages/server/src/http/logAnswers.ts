import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { API_HEADERS } from './apiHeaders.ts'
import './tenant.ts'

/**
 * Gives every answer its id and the headers that never change, and writes one line about it, of named fields only: no
 * body, no header, no query, and the path as its pattern.
 */
export function logAnswers(app: FastifyInstance, log: FastifyBaseLogger): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(API_HEADERS).header('request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        merchant_id: request.tenant?.merchant_id,
      },
      'answered',
    )
    done()
  })
}
