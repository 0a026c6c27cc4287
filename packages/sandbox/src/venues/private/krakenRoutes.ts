import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Account } from './account.ts'
import { SCALE } from './amount.ts'
import type { Faults } from './faults.ts'
import { type Keys, readCall } from './krakenCall.ts'
import { type Answer, type Desk, OPERATIONS } from './krakenOperations.ts'

/** An account with working capital in it. */
export function fundedAccount(): Account {
  const account = new Account()
  for (const asset of ['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'USDT', 'USDC'] as const)
    account.add(asset, 1_000_000n * SCALE)
  account.add('BTC', 10n * SCALE)
  account.add('ETH', 200n * SCALE)
  return account
}

/**
 * Kraken's private calls, `POST /0/private/…` (docs.kraken.com/api, Spot REST), of one account: signed, with a nonce that
 * only grows. Errors are 200 with a filled `error`.
 */
export function krakenPrivateRoutes(
  app: FastifyInstance,
  { desk, faults, keys, closing }: { desk: Desk; faults: Faults; keys: Keys; closing: AbortSignal },
): void {
  let last_nonce = 0n
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  )
  app.post<{ Params: { name: string }; Body: string }>('/0/private/:name', async (request, reply) => {
    const { name } = request.params
    const { 'api-key': key = '', 'api-sign': sign = '' } = request.headers
    const signed = {
      path: `/0/private/${name}`,
      body: request.body,
      key: String(key),
      sign: String(sign),
    }
    const act = (): Answer => {
      const operation = OPERATIONS[name]
      if (!operation) return { error: 'EGeneral:Unknown method' }
      const fields = readCall(signed, keys)
      if (typeof fields === 'string') return { error: fields }
      const nonce = BigInt(fields.get('nonce') ?? '0')
      if (nonce <= last_nonce) return { error: 'EAPI:Invalid nonce' }
      last_nonce = nonce
      return operation(desk, fields)
    }
    const fault = faults.take(name)
    if (fault?.kind === 'error_before') return { error: ['EService:Unavailable'] }
    if (fault?.kind === 'drop_before') return cut(reply)
    // On its way for long: who asked may have given up, and it acts when it arrives.
    if (fault?.kind === 'delay')
      await delay(fault.delay_ms, null, { signal: closing, ref: false }).catch(() => null)
    const answer = act()
    if (fault?.kind === 'error_after') return { error: ['EGeneral:Internal error'] }
    if (fault?.kind === 'drop_after') return cut(reply)
    return 'error' in answer ? { error: [answer.error] } : { error: [], result: answer.result }
  })
}

function cut(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}
