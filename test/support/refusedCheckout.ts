import assert from 'node:assert/strict'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from './gatewayContext.ts'

/** A body that `POST /v1/checkout` accepts. */
export const GOOD: Record<string, unknown> = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }

/** The good body with one field written as given, so that no digit is lost on the way. */
export function withRaw(field: string, raw: string): string {
  const fields = Object.entries(GOOD).filter(([name]) => name !== field)
  return `{${fields.map(([name, value]) => `"${name}":${JSON.stringify(value)},`).join('')}"${field}":${raw}}`
}

/** A gateway with a shop that takes USDT, for bodies of `POST /v1/checkout` that it must refuse. */
export async function refusedCheckout() {
  const { ctx, app, close } = await gatewayApp(TEST_MODE)
  const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })

  /** Posts the bytes as they are. A `type` of null sends no content type. */
  async function send(payload: string | Buffer | undefined, type: string | null = 'application/json') {
    const headers = {
      authorization: `Bearer ${shop.api_key}`,
      ...(type === null ? {} : { 'content-type': type }),
    }
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/checkout',
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
  }

  const stored = async () =>
    (
      await ctx.db.query(
        `select (select count(*) from checkout_session) s, (select count(*) from idempotency_key) i,
           (select count(*) from event) e, (select count(*) from graphile_worker.jobs) j`,
      )
    ).rows[0]

  /** Asserts exactly this error, in the documented shape, and that nothing was stored. */
  async function assertRefused(
    payload: string | Buffer | undefined,
    expected: { status: number; error: string; param?: string },
    type?: string | null,
  ): Promise<void> {
    const before = await stored()
    const { status, body } = await send(payload, type)
    const { error, param, message, request_id } = body
    assert.deepEqual({ status, error, ...(param === undefined ? {} : { param }) }, expected)
    assert.match(String(message), /^.{10,}$/s)
    assert.match(String(request_id), /^req_[0-9a-z]{26}$/)
    assert.deepEqual(await stored(), before)
  }

  return { ctx, shop, app, send, assertRefused, close }
}
