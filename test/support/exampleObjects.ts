import { randomBytes } from 'node:crypto'
import type { Context } from '../../packages/server/src/context.ts'
import type { OpenApi } from '../../packages/server/src/docs/openapi/types.ts'
import { WALLET, newMerchant } from './gatewayContext.ts'

/** What follows the prefix in every example id of the documents. */
const BODY = '01jf2m8s5v0x3c9q6w4e7r1t2y'

/**
 * A new merchant who has one object of each kind, under the very ids that the documents show. Ids are unique per
 * merchant, so that every example can have a world of its own.
 * @returns the merchant's API key
 */
export async function exampleMerchant(ctx: Context, document: OpenApi): Promise<string> {
  const { api_key, merchant_id } = await newMerchant(ctx, { wallets: { USDT: WALLET, USDC: WALLET } })
  const insert = async (table: string, row: Record<string, unknown>) => {
    const whole = { merchant_id, livemode: false, ...row }
    const slots = Object.keys(whole).map((_, index) => `$${index + 1}`)
    await ctx.db.query(
      `insert into ${table} (${Object.keys(whole).join()}) values (${slots.join()})`,
      Object.values(whole),
    )
  }
  const hour = 3_600_000
  const session = (id: string, more: Record<string, unknown> = {}) =>
    insert('checkout_session', {
      id,
      amount: 4999n,
      currency: 'USD',
      payout_currency: 'USDT',
      metadata: '{"order_id":"ORD-2847"}',
      description: 'Field notebook · ORD-2847',
      created_at: new Date(Date.now() - hour / 6),
      expires_at: new Date(Date.now() + hour),
      ...more,
    })
  await session(`cs_${BODY}`)
  const paid = `cs_${BODY.slice(0, -1)}z`
  const transaction_id = `txn_${BODY}`
  await session(paid, { status: 'completed', transaction_id })
  await insert('transaction', {
    id: transaction_id,
    checkout_session_id: paid,
    state: 'captured',
    amount: 4999n,
    currency: 'USD',
    fee_bps: 1500,
    fee_amount: 750n,
    spread_bps: 0,
    payout_currency: 'USDT',
    payout_network: WALLET.network,
    payout_address: WALLET.address,
    payout_amount: 42_434_763n,
    payout_id: `po_${BODY}`,
    acquirer: 'simulator',
    card_token_hash: randomBytes(32),
    card_brand: 'visa',
    card_last_four: '4242',
    customer_email: 'ada@example.com',
    metadata: '{"order_id":"ORD-2847"}',
    captured_at: new Date(),
  })
  await insert('payout', {
    id: `po_${BODY}`,
    transaction_id,
    amount: 42_434_763n,
    asset: 'USDT',
    network: WALLET.network,
    address: WALLET.address,
    metadata: '{"order_id":"ORD-2847"}',
  })
  await insert('webhook_endpoint', {
    id: `we_${BODY}`,
    url: 'https://shop.example.com/webhooks/skiro',
    secret_sealed: randomBytes(80),
  })
  const body = document.webhooks['checkout.completed']?.['post']?.requestBody?.content['application/json']
  const { data } = (body?.example ?? {}) as { data?: object }
  await insert('event_counter', { last_sequence: 1n, last_resend: 1n })
  await insert('event', {
    id: `evt_${BODY}`,
    sequence: 1n,
    type: 'checkout.completed',
    object_id: transaction_id,
    data: JSON.stringify(data),
  })
  const refs = { endpoint_id: `we_${BODY}`, event_id: `evt_${BODY}` }
  await insert('webhook_delivery', {
    ...refs,
    id: `whd_${BODY}`,
    sequence: 1n,
    url: 'https://shop.example.com/webhooks/skiro',
    origin: 'https://shop.example.com',
  })
  await insert('webhook_attempt', {
    ...refs,
    id: `wha_${BODY}`,
    url: 'https://shop.example.com/webhooks/skiro',
    number: 1,
    succeeded: true,
    status: 200,
    diagnosis: '200: accepted',
    request_headers: '{}',
    response_head: 'HTTP/1.1 200 OK',
    latency_ms: 83,
    created_at: new Date(),
  })
  await insert('event_resend', { ...refs, sequence: 1n })
  return api_key
}
