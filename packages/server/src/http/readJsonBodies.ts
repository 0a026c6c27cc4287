import type { FastifyInstance } from 'fastify'
import { parseJsonBytes } from './parseJson.ts'

/** Takes bodies of `application/json` and no others. An empty body is none. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : parseJsonBytes(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
}
