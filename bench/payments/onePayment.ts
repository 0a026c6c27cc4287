import { setTimeout as sleep } from 'node:timers/promises'
import { api, cardToken, createSession, pay } from '../../test/support/pay.ts'
import type { Merchant, World } from '../../test/support/world.ts'

const LIMIT_MS = 60_000

export type Payment = {
  readonly session: string
  /** From the pay button to the answer that says paid. */
  readonly pay_ms: number
}

/** What a shop, a card holder's browser and the hosted page do for one sale. @throws Error unless it is paid. */
export async function onePayment(world: World, merchant: Merchant): Promise<Payment> {
  const session = await createSession(world, merchant)
  const token = await cardToken(world, session)
  const start = performance.now()
  const { status, body } = await pay(world, session, token)
  if (status !== 200 || (body.status !== 'paid' && body.status !== 'processing'))
    throw new Error(`pay ${session}: ${status} ${JSON.stringify(body)}`)
  // Not captured within the request: the worker goes on with it.
  for (let paid = body.status === 'paid'; !paid; ) {
    if (performance.now() - start > LIMIT_MS) throw new Error(`${session} is not paid after ${LIMIT_MS} ms`)
    await sleep(50)
    const { body: now } = await api(world, merchant, 'GET', `/v1/checkout/${session}`)
    paid = now.status === 'completed'
  }
  return { session, pay_ms: performance.now() - start }
}
