/** Answer of `POST /{session_id}/pay`, and `wrong_email` for an address that the server refuses. */
export type PayAnswer = {
  status: 'paid' | 'processing' | 'declined' | 'failed' | 'expired' | 'wrong_email'
  failure_code?: string
}

// Longer than the server waits for the acquirer: its answer should come first.
const PAY_WAIT = 60_000

/** Sends one attempt. Null: no usable answer came, so nobody knows yet what became of it. */
export async function postPayment(session: string, token: string, email: string): Promise<PayAnswer | null> {
  try {
    const locale = encodeURIComponent(document.documentElement.lang)
    const answer = await fetch(`/${encodeURIComponent(session)}/pay?locale=${locale}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Skiro-Page': '1' },
      body: JSON.stringify(email === '' ? { token } : { token, customer_email: email }),
      redirect: 'error',
      signal: AbortSignal.timeout(PAY_WAIT),
    })
    const body: PayAnswer & { param?: string } = await answer.json()
    if (answer.status === 400 && body.param === 'customer_email') return { status: 'wrong_email' }
    return answer.ok ? body : null
  } catch {
    return null
  }
}
