import { createHmac } from 'node:crypto'
import { after, beforeEach } from 'node:test'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'
import { createEgress } from '../../packages/server/src/webhooks/egress.ts'
import { deliverDue, deliverNow, publishAll } from './deliver.ts'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from './gatewayContext.ts'
import { type Received, startReceiver } from './receiver.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export type Body = Record<string, unknown>

/**
 * A gateway that is called with `app.inject`, a merchant's server, and the worker's two webhook jobs by hand.
 * `env` and `database` as for `gatewayContext`.
 */
export async function webhookBench(
  env: Record<string, string> = {},
  database?: Parameters<typeof gatewayApp>[1],
) {
  const { ctx, app, close } = await gatewayApp(
    { ...TEST_MODE, SKIRO_EGRESS_ALLOW: '127.0.0.0/8', ...env },
    database,
  )
  const receiver = await startReceiver()
  const egress = createEgress(ctx.config.egress_allow)
  after(async () => {
    await Promise.all([receiver.close(), egress.close()])
    await close()
  })
  beforeEach(() => {
    receiver.received.length = 0
    receiver.answer(200)
    receiver.delay(0)
  })

  /** A merchant whose default URL is `/default` of the receiver. */
  const newShop = async (change: Parameters<typeof newMerchant>[1] = {}) => {
    const url = `${receiver.url}/default`
    const made = await newMerchant(ctx, { webhook_url: url, wallets: { USDT: WALLET }, ...change })
    const call = async (
      method: Method,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) => {
      const answer = await app.inject({
        method,
        url: `/v1/${path}`,
        headers: { authorization: `Bearer ${made.api_key}`, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return {
        status: answer.statusCode,
        text: answer.body,
        body: answer.json<Body>(),
        replayed: answer.headers['idempotent-replayed'] === 'true',
      }
    }
    /** A `checkout.expired` event, published. Returns its id. */
    const newEvent = async (webhook_url: string | null = null) => {
      const session = { amount: 10, currency: 'USD', payout_currency: 'USDT', webhook_url }
      const { id } = (await call('POST', 'checkout', session)).body
      await call('POST', `checkout/${String(id)}/expire`)
      await publishAll(ctx)
      const { rows } = await ctx.db.query<{ id: string }>('select id from event where object_id = $1', [id])
      return String(rows[0]?.id)
    }
    /** One more endpoint, at `/path` of the receiver. Returns what the API showed. */
    const newEndpoint = async (path: string, more: Body = {}) =>
      (await call('POST', 'webhooks', { url: `${receiver.url}/${path}`, ...more })).body as {
        id: string
        secret: string
      }
    const tenant = { merchant_id: made.merchant_id, livemode: false }
    return { ...made, tenant, call, newEvent, newEndpoint }
  }

  const fanOut = () => publishAll(ctx)
  /** What the worker does about all that is due now. Returns the paths that were called, sorted. */
  const work = async () => {
    const before = receiver.received.length
    await deliverDue(ctx, egress)
    return receiver.received
      .slice(before)
      .map(({ path }) => path)
      .toSorted()
  }
  const deliver = (ref: Ref) => deliverNow(ctx, egress, ref)
  return { ctx, app, receiver, newShop, fanOut, work, deliver }
}

/** The signatures of a request under `v1=`, and the ones that these secrets make of it. */
export function signatures({ body, signature }: Received, secrets: readonly string[]) {
  const [t = '', ...macs] = signature.split(',')
  const mac = (secret: string) =>
    createHmac('sha256', secret)
      .update(`${t.slice('t='.length)}.${body}`)
      .digest('hex')
  return { sent: macs, expected: secrets.map((secret) => `v1=${mac(secret)}`) }
}
