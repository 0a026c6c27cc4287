import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from '../../../packages/server/src/context.ts'
import { sendError } from '../../../packages/server/src/http/errors.ts'
import { SkiroError } from '../../../packages/server/src/lib/errors.ts'
import { newId } from '../../../packages/server/src/lib/ids.ts'
import type { Tenant } from '../../../packages/server/src/lib/tenant.ts'
import {
  checkScope,
  presentedKey,
  proveKey,
  type Authenticated,
} from '../../../packages/server/src/merchants/authenticate.ts'
import type { OpenApi } from './document.ts'

const READ = '(?:GET|HEAD) /v1/checkout/\\{id\\}, checkout_session in path id'
const LIST = '(?:GET|HEAD) /v1/checkout'
const EXPIRE = 'POST /v1/checkout/\\{id\\}/expire, checkout_session in path id'

/** Mistakes that an API of several tenants is made with, and what a walk has to say about each. */
export const FLAWS = {
  'reads without mode': `${READ}: mode sees that it exists: 200 or 404`,
  'reads without merchant': `${READ}: other sees that it exists: 200 or 404`,
  'lists without mode': `${LIST} as /v1/checkout to mode: shows objects of someone else`,
  'lists without merchant': `${LIST} as /v1/checkout to other: shows objects of someone else`,
  'filters without merchant': `${LIST} as /v1/checkout\\?status=pending to other: shows`,
  'looks up the cursor without merchant': `${LIST}, .* in query starting_after: other sees that it exists`,
  'tells forbidden from absent': `${READ}: other sees that it exists: 403 or 404`,
  'writes without mode': `${EXPIRE}: mode sees that it exists: 200 or 404`,
  'writes and says it did not': 'public.checkout_session changed',
  'judges the scope after the lookup': `${EXPIRE}: a read key is answered 404`,
  'lets a read key write': `${EXPIRE}: a read key is answered 200`,
  'takes a revoked key': `${READ}: a key that is revoked is answered 200`,
  'takes an expired key': `${READ}: a key that is expired is answered 200`,
  'has other words for an expired key': '.*: a key that is .* is refused in other words',
  'reads the body before the key': `${EXPIRE}: a key that is missing is answered 400`,
} as const

export type Flaw = keyof typeof FLAWS

const id = { in: 'path', name: 'id' }
const status = { in: 'query', name: 'status', schema: { enum: ['pending', 'expired'] } }

/** Describes `leakyApp`. */
export const LEAKY_DOCUMENT: OpenApi = {
  paths: {
    '/v1/checkout': { get: { parameters: [status, { in: 'query', name: 'starting_after' }] } },
    '/v1/checkout/{id}': { get: { parameters: [id] } },
    '/v1/checkout/{id}/expire': {
      post: {
        parameters: [id],
        requestBody: { content: { 'application/json': { schema: { type: 'object', properties: {} } } } },
      },
    },
  },
}

/** Three routes over the real tables, with one mistake or none. */
export function leakyApp(ctx: Context, flaw: Flaw | null): FastifyInstance {
  const app = Fastify({ genReqId: () => newId('request') })
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, 'https://pay.example'))
  const mode = (when: Flaw) => (flaw === when ? '$2::boolean is not null' : 'livemode = $2')
  const merchant = (when: Flaw) => (flaw === when ? '$1::text is not null' : 'merchant_id = $1')

  async function prove(authorization: string | undefined): Promise<Authenticated> {
    const key_id = authorization?.slice('Bearer sk_test_'.length).slice(0, 12) ?? ''
    const { rows } = await ctx.db.query<Tenant & { revoked: boolean; expired: boolean }>(
      `select merchant_id, livemode, revoked_at is not null revoked, coalesce(expires_at < now(), false) expired
       from api_key where id = $1`,
      [key_id],
    )
    const [row] = rows
    if (row?.expired && flaw === 'has other words for an expired key')
      throw new SkiroError('invalid_api_key', { message: 'This key has expired.' })
    const taken =
      (row?.revoked && flaw === 'takes a revoked key') || (row?.expired && flaw === 'takes an expired key')
    if (row && taken) {
      const { merchant_id, livemode } = row
      return { tenant: { merchant_id, livemode }, key: { id: key_id, scope: 'full' } }
    }
    return await proveKey(ctx.db, presentedKey(authorization))
  }

  async function find(
    { merchant_id, livemode }: Tenant,
    id: string,
  ): Promise<{ id: string; status: string } | null> {
    const { rows } = await ctx.db.query<{ id: string; status: string }>(
      `select id, status from checkout_session
       where ${merchant('reads without merchant')} and ${mode('reads without mode')} and id = $3`,
      [merchant_id, livemode, id],
    )
    if (rows[0]) return rows[0]
    const others = await ctx.db.query('select from checkout_session where id = $1', [id])
    if (others.rowCount === 1 && flaw === 'tells forbidden from absent') throw new SkiroError('forbidden')
    return null
  }

  const expire = (id: string) =>
    ctx.db.query(`update checkout_session set status = 'expired' where id = $1`, [id])

  app.get('/v1/checkout', async (request) => {
    const { tenant } = await prove(request.headers.authorization)
    const { status = null, starting_after = null } = request.query as Record<string, string | undefined>
    if (starting_after !== null && flaw === 'looks up the cursor without merchant') {
      const { rowCount } = await ctx.db.query('select from checkout_session where id = $1', [starting_after])
      if (rowCount === 0) throw new SkiroError('invalid_request', { param: 'starting_after' })
    }
    const leaks = status !== null && flaw === 'filters without merchant'
    const { rows } = await ctx.db.query<{ id: string }>(
      `select id from checkout_session
       where ${leaks ? '$1::text is not null' : merchant('lists without merchant')} and ${mode('lists without mode')}
         and ($3::text is null or status = $3) and ($4::text is null or id < $4) order by id desc`,
      [tenant.merchant_id, tenant.livemode, status, starting_after],
    )
    return { data: rows }
  })

  app.get('/v1/checkout/:id', async (request) => {
    const { tenant } = await prove(request.headers.authorization)
    const row = await find(tenant, (request.params as { id: string }).id)
    if (!row) throw new SkiroError('not_found')
    return row
  })

  app.post('/v1/checkout/:id/expire', async (request) => {
    const { id } = request.params as { id: string }
    const refuseBody = () => {
      if (Object.keys(request.body ?? {}).length > 0)
        throw new SkiroError('invalid_request', { message: 'Unknown field.' })
    }
    if (flaw === 'reads the body before the key') refuseBody()
    const { tenant, key } = await prove(request.headers.authorization)
    const asked_late = flaw === 'judges the scope after the lookup'
    if (!asked_late && flaw !== 'lets a read key write') checkScope(key, 'POST')
    refuseBody()
    const { rowCount } = await ctx.db.query(
      `select from checkout_session where merchant_id = $1 and ${mode('writes without mode')} and id = $3`,
      [tenant.merchant_id, tenant.livemode, id],
    )
    if (flaw === 'writes and says it did not') await expire(id)
    if (rowCount === 0) throw new SkiroError('not_found')
    if (asked_late) checkScope(key, 'POST')
    await expire(id)
    return { id, status: 'expired' }
  })

  return app
}
