import type { Crypto } from '../../../lib/money.ts'
import { ProviderError } from '../../../lib/errors.ts'

const TIMEOUT_MS = 10_000

type Refusal = {
  readonly asset: Crypto
  readonly address: string
  readonly when: 'before_sending' | 'after_sending'
}

/** Tells a simulated chain to refuse a payee. @throws ProviderError `refused` when it cannot for this asset. */
export async function refusePayee(network: string, sim_url: string, refusal: Refusal): Promise<void> {
  let status: number
  try {
    const answer = await fetch(new URL('/_sim/refuse_payee', sim_url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(refusal),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    status = answer.status
    await answer.arrayBuffer()
  } catch (cause) {
    throw new ProviderError(network, 'unavailable', 'the simulated chain does not answer', cause)
  }
  if (status === 200) return
  const kind = status < 500 ? 'refused' : 'unavailable'
  throw new ProviderError(network, kind, `the simulated chain answered ${status}`)
}
