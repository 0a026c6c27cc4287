import { setTimeout as sleep } from 'node:timers/promises'
import type { Merchant, World } from './world.ts'

type Json = Record<string, unknown>

/** A call to the merchant API. Returns status and parsed body. */
export async function api(
  world: World,
  merchant: Merchant,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const answer = await fetch(world.api_url + path, {
    method,
    headers: { authorization: `Bearer ${merchant.api_key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Json, headers: answer.headers }
}

export async function createSession(world: World, merchant: Merchant, input: Json = {}): Promise<string> {
  const { status, body } = await api(world, merchant, 'POST', '/v1/checkout', {
    amount: 49.99,
    currency: 'USD',
    payout_currency: 'USDT',
    metadata: { order_id: 'ORD-1' },
    ...input,
  })
  if (status !== 201) throw new Error(`create: ${status} ${JSON.stringify(body)}`)
  return String(body.id)
}

/** What the acquirer's iframe does: card number to the acquirer's vault, token back. */
export async function cardToken(world: World, session: string, number = '4242424242424242'): Promise<string> {
  const answer = await fetch(`${world.acquirer.url}/vault/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      key: 'pk_sim_test',
      session,
      number,
      exp_month: 12,
      exp_year: 2034,
      cvc: /^3[47]/.test(number) ? '1234' : '123',
      name: 'A Buyer',
    }),
  })
  const body = (await answer.json()) as Json
  if (!answer.ok) throw new Error(`vault: ${answer.status} ${JSON.stringify(body)}`)
  return String(body.token)
}

/** What the hosted page's script does with the token. */
export async function pay(
  world: World,
  session: string,
  token: string,
): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${world.api_url}/${session}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-skiro-page': '1' },
    body: JSON.stringify({ token }),
  })
  return { status: answer.status, body: (await answer.json()) as Json }
}

/** Asks until `check` gives something, for at most `seconds`. */
export async function eventually<T>(
  what: string,
  seconds: number,
  check: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const found = await check()
    if (found) return found
    if (performance.now() > end) throw new Error(`did not happen within ${seconds} s: ${what}`)
    await sleep(100)
  }
}
