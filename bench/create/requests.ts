import { UNIQUE } from '../load/protocol.ts'
import type { World } from '../../test/support/world.ts'

/** The body that the documentation shows, with every field a shop sends. */
export const BODY = {
  amount: 49.99,
  currency: 'USD',
  payout_currency: 'USDT',
  customer_email: 'jane@example.com',
  metadata: { order_id: 'ORD-2847', cart: 'winter-sale' },
  redirect_url: 'https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}',
  webhook_url: 'https://shop.example.com/webhooks/skiro',
  description: 'Field notebook · ORD-2847',
}

/** Whole HTTP/1.1 requests, ready to be sent. */
export function requestsFor(world: World, api_key: string) {
  const { host } = new URL(world.api_url)
  const head = (line: string, more = '') => `${line} HTTP/1.1\r\nhost: ${host}\r\n${more}`
  const authorization = `authorization: Bearer ${api_key}\r\n`
  const body = JSON.stringify(BODY)
  const content = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
  return {
    /** As the SDK sends it: every request with an Idempotency-Key of its own. */
    create: `${head('POST /v1/checkout', `${authorization}idempotency-key: ${UNIQUE}\r\n${content}`)}\r\n${body}`,
    createWithoutKey: `${head('POST /v1/checkout', authorization + content)}\r\n${body}`,
    retrieve: (id: string) => `${head(`GET /v1/checkout/${id}`, authorization)}\r\n`,
    healthz: `${head('GET /healthz')}\r\n`,
  }
}
