import type { Action } from './challenge.ts'

/**
 * Answer of `/pay`, `/continue` and `/cancel`; `wrong_email` for an address that the server refuses, `already_paid`
 * where another card has paid, `cancelled` for a decline that the customer wanted.
 */
export type PayAnswer = {
  status:
    | 'paid'
    | 'processing'
    | 'authenticate'
    | 'open'
    | 'declined'
    | 'failed'
    | 'expired'
    | 'wrong_email'
    | 'already_paid'
    | 'cancelled'
  failure_code?: string
  action?: Action | null
}

// Longer than the server waits for the acquirer: its answer should come first.
const PAY_WAIT = 60_000

/** Sends one attempt. Null: no usable answer came, so nobody knows yet what became of it. */
export function postPayment(session: string, token: string, email: string): Promise<PayAnswer | null> {
  return post(session, 'pay', email === '' ? { token } : { token, customer_email: email })
}

/** The bank has been answered, or is given up: what became of the payment? */
export function postChallenge(session: string, verb: 'continue' | 'cancel'): Promise<PayAnswer | null> {
  return post(session, verb, {})
}

async function post(session: string, verb: string, fields: object): Promise<PayAnswer | null> {
  try {
    const locale = encodeURIComponent(document.documentElement.lang)
    const answer = await fetch(`/${encodeURIComponent(session)}/${verb}?locale=${locale}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Skiro-Page': '1' },
      body: JSON.stringify(fields),
      redirect: 'error',
      signal: AbortSignal.timeout(PAY_WAIT),
    })
    const body: PayAnswer & { param?: string } = await answer.json()
    if (answer.status === 400 && body.param === 'customer_email') return { status: 'wrong_email' }
    if (answer.status === 409) return { status: 'already_paid' }
    return answer.ok ? body : null
  } catch {
    return null
  }
}
