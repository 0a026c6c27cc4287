import { setTimeout as sleep } from 'node:timers/promises'
import { api, cardToken, pay } from '../support/pay.ts'
import type { World } from '../support/world.ts'
import type { Order } from './orders.ts'

const AGAIN_MS = 200
const AT_ONCE = 10

type Answer = { status: number; body: Record<string, unknown> }

/** Where the gateways that serve are; any of them answers for all. */
export type Shop = {
  readonly world: World
  readonly origins: readonly string[]
  readonly signal: AbortSignal
}

/** Customers pay all orders, evenly over so many seconds, and do not give up. Returns the session of each order. */
export async function buyAll(shop: Shop, orders: readonly Order[], seconds: number): Promise<string[]> {
  const started = performance.now()
  const sessions: string[] = []
  let next = 0
  const customer = async () => {
    for (let n = next++; n < orders.length; n = next++) {
      const due = started + (seconds * 1000 * n) / orders.length
      await sleep(Math.max(0, due - performance.now()))
      sessions[n] = await buy(shop, orders[n] as Order)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, customer))
  return sessions
}

async function buy(shop: Shop, { merchant, asset, cents, key }: Order): Promise<string> {
  const input = { amount: (cents / 100).toFixed(2), currency: 'USD', payout_currency: asset }
  const { body, status } = await insist(shop, (world) =>
    api(world, merchant, 'POST', '/v1/checkout', input, { 'idempotency-key': key }),
  )
  if (status !== 201) throw new Error(`create: ${status} ${JSON.stringify(body)}`)
  const session = String(body.id)
  for (;;) {
    const token = await cardToken(shop.world, session)
    for (;;) {
      const { status, body } = await insist(shop, (world) => pay(world, session, token))
      if (status !== 200) throw new Error(`pay: ${status} ${JSON.stringify(body)}`)
      if (body.status === 'paid') return session
      // A card that could not be reached: the customer tries once more.
      if (body.status === 'declined') break
      if (body.status !== 'processing') throw new Error(`a session became ${String(body.status)}`)
      await sleep(AGAIN_MS)
    }
  }
}

/** Asks until a gateway answers, as a browser's reload and the SDK do. */
async function insist(
  { world, origins, signal }: Shop,
  call: (world: World) => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted()
    const api_url = origins[tries % origins.length] as string
    const answer = await call({ ...world, api_url }).catch(() => null)
    if (answer && answer.status < 500 && answer.status !== 409) return answer
    await sleep(AGAIN_MS)
  }
}
