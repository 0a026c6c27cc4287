import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { SkiroError } from '../../lib/errors.ts'
import { findLogo } from '../../merchants/branding/brandingStore.ts'

const FILE = /^([0-9a-f]{32})\.png$/

/**
 * Logos, for whoever sees a page: no secret, and no way from one to another, for the address is a hash of content and
 * merchant. Whatever a browser is told about the file elsewhere, here it is a picture that can do nothing.
 */
export function logoRoute(app: FastifyInstance, ctx: Context): void {
  app.get(
    '/_page/logo/:file',
    { config: { public: true }, schema: { hide: true } },
    async (request, reply) => {
      const { file } = request.params as { file: string }
      const [, hash] = FILE.exec(file) ?? []
      const png = hash === undefined ? null : await findLogo(ctx.db, hash)
      if (!png) throw new SkiroError('not_found')
      return await reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        })
        .type('image/png')
        .send(png)
    },
  )
}
