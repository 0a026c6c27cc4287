import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { parseJsonBytes } from '../../http/parseJson.ts'
import { SkiroError } from '../../lib/errors.ts'
import { REPORTS_PATH } from '../securityHeaders.ts'
import { readReports } from './readReports.ts'
import { countReports } from './reportStore.ts'

const BODY_MAX_BYTES = 32 * 1024
const TYPES = ['application/reports+json', 'application/csp-report']

/**
 * Takes what browsers report of things they refused on the page (CSP 3, section 5). A script that somebody put into it
 * between us and the customer shows here, although it did not run.
 */
export function reportRoutes(
  app: FastifyInstance,
  ctx: Context,
  onReport: (directive: string) => void,
): void {
  const origin = new URL(ctx.config.public_url).origin
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(TYPES, { parseAs: 'buffer' }, (_request, body, next) => {
      try {
        next(null, parseJsonBytes(body as Buffer))
      } catch (error) {
        next(error as Error)
      }
    })
    scope.post(
      REPORTS_PATH,
      { config: { public: true }, schema: { hide: true }, bodyLimit: BODY_MAX_BYTES },
      async (request, reply) => {
        const reports = readReports(request.body, origin)
        if (!reports) throw new SkiroError('invalid_request', { message: 'This is no report of a browser.' })
        for (const report of await countReports(ctx.db, reports))
          ctx.log.warn({ ...report }, 'a browser refused something on the payment page for the first time')
        for (const { directive } of reports) onReport(directive)
        return await reply.code(204).send()
      },
    )
    done()
  })
}
