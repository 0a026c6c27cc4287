import type { FastifyInstance } from 'fastify'
import { SkiroError } from '../lib/errors.ts'
import { sendError } from './errors.ts'

type Known = { readonly pattern: RegExp; readonly methods: Set<string> }

/**
 * Answers what fits no route: 405 with `Allow` for a path of the API that takes other methods, else 404. Call it before
 * routes are added. Says nothing about objects: the paths are public, and whether the id in one exists is not asked.
 */
export function answerUnknownPaths(app: FastifyInstance, doc_base: string): void {
  const paths = new Map<string, Known>()
  app.addHook('onRoute', ({ url, method }) => {
    if (!url.startsWith('/v1/')) return
    const pattern = new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`)
    const known = paths.get(url) ?? { pattern, methods: new Set() }
    for (const one of [method].flat()) known.methods.add(one)
    paths.set(url, known)
  })
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const known = [...paths.values()].find(({ pattern }) => pattern.test(path))
    if (!known) {
      const error = new SkiroError('not_found', { message: 'There is nothing at this path.' })
      return sendError(error, request, reply, doc_base)
    }
    reply.header('allow', [...known.methods].toSorted().join(', '))
    return sendError(new SkiroError('method_not_allowed'), request, reply, doc_base)
  })
}
