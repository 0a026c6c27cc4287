import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { KeyPort } from './checkout/routes.ts'
import type { Context } from './context.ts'
import type { Limits } from './http/limits.ts'
import './http/tenant.ts'
import type { PresentedKey } from './lib/tenant.ts'
import { checkScope, presentedKey, proveKey } from './merchants/authenticate.ts'
import { createKeyUse } from './merchants/keyUse.ts'

/**
 * Asks every request of this scope for its API key: counted, proven, allowed to write if it wants to, its use noted.
 * Returns the same for the routes that prove keys in their own statements.
 */
export function requireApiKey(app: FastifyInstance, ctx: Context, limits: Limits): KeyPort {
  const prove = async (request: FastifyRequest, presented: PresentedKey) => {
    const { tenant, key } = await proveKey(ctx.db, presented)
    request.tenant = tenant
    request.key = key
    return key
  }
  app.addHook('onRequest', (request, reply, next) => {
    if (request.is404 || limits.countKnownKey(request, reply, presentedKey)) {
      next()
      return
    }
    limits
      .countKey(request, reply, { present: presentedKey, prove })
      .then(() => request.key && checkScope(request.key, request.method))
      .then(() => next(), next)
  })
  app.addHook('onResponse', (request, reply, next) => {
    limits.forgetRefused(request, reply, presentedKey)
    next()
  })
  const key_use = createKeyUse(ctx.db, ctx.log)
  app.addHook('onResponse', (request, _reply, next) => {
    if (request.key) key_use.note(request.key.id)
    next()
  })
  app.addHook('onClose', () => key_use.close())
  return {
    present: presentedKey,
    proven(request, key, { merchant_id, scope }) {
      request.tenant = { merchant_id, livemode: key.livemode }
      request.key = { id: key.id, scope }
    },
    async prove(request) {
      checkScope(await prove(request, presentedKey(request.headers.authorization)), request.method)
    },
  }
}
