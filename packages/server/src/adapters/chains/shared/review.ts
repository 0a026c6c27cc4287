import type { HoldReason, Order, Planned } from '../../chain.ts'
import { type Refusal, type Signer, type SigningOrder, SigningRefused } from '../../signer.ts'

const NOBODY = { merchant_id: '', livemode: false, mac: null }

const HOLDS: Partial<Record<Refusal, HoldReason>> = {
  stopped: 'signer_stopped',
  address_not_proven: 'address_not_allowed',
  over_transaction_cap: 'over_limit',
  over_hour_cap: 'over_limit',
  over_day_cap: 'over_limit',
}

/** An order as the signer wants it. A payment without a payee is one that nobody vouches for. */
export function signingOrder({ id, payments }: Order): SigningOrder {
  return { id, payments: payments.map(({ payee = NOBODY, ...payment }) => ({ ...payment, ...payee })) }
}

/**
 * Asks the signer whether it would sign an order, and says for which reason its payments are to be held if not. Null: it
 * would.
 * @throws ProviderError when it cannot be asked, or refuses what waiting does not mend
 */
export async function reviewOrder(
  signer: Signer,
  network: string,
  order: Order,
): Promise<(Planned & { ok: false }) | null> {
  try {
    await signer.review({ network, order: signingOrder(order) })
    return null
  } catch (error) {
    const reason = error instanceof SigningRefused ? HOLDS[error.reason] : undefined
    if (reason === undefined || !(error instanceof SigningRefused)) throw error
    return { ok: false, reason, detail: error.message, payment: error.payment }
  }
}
