import type { Currency, Payout, PayoutCurrency, SkiroEvent, Transaction } from 'skiro'

/** What the customer ordered, and the session in which to pay it. */
export type OrderFields = {
  id: string
  product: string
  amount: `${number}`
  currency: Currency
  payout_currency: PayoutCurrency
  session_id: string
  session_url: string
  created_at: string
}

/** An event as it arrived. A webhook is kept whole, so that its signature can be checked again. */
export type ReceivedEvent = {
  id: string
  type: string
  sequence: number
  received_at: string
  /** How it came first. */
  via: 'webhook' | 'pull'
  raw_body: string
  /** Null when it was pulled: an answer of the API is not signed. */
  signature_header: string | null
}

/** An order and every event about it, each once, in the order of arrival. */
export type Order = {
  fields: OrderFields
  received: ReceivedEvent[]
  events: SkiroEvent[]
  /** How often an event came again by webhook and was dropped, by its id, since the shop was started. */
  duplicates: Map<string, number>
}

/** How far an order has come. */
export type OrderStatus =
  | 'awaiting_payment'
  | 'expired'
  | 'paid'
  | 'payout_sent'
  | 'payout_completed'
  | 'payout_failed'
  | 'refunded'

/** What the events say, taken together. */
export type OrderState = {
  status: OrderStatus
  /** The transaction that paid, as its latest event told it. */
  transaction: Transaction | null
  payout: Payout | null
  /** Attempts that did not pay, oldest first. */
  failed_attempts: Transaction[]
}

const PAYOUT_RANK = { pending: 0, held: 0, sent: 1, completed: 2, failed: 2 } as const
const TRANSACTION_RANK = { pending: 0, failed: 0, processing: 1, completed: 2, refunded: 3 } as const

/**
 * The state of an order is a function of the set of its events: they are read by sequence, not by arrival, and no
 * later state gives way to an earlier one. So duplicates, delays and replays cannot change the outcome.
 */
export function orderState(events: readonly SkiroEvent[]): OrderState {
  let transaction: Transaction | null = null
  let payout: Payout | null = null
  let expired = false
  const failed_attempts: Transaction[] = []
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    switch (event.type) {
      case 'checkout.completed':
        transaction = laterTransaction(transaction, event.data)
        break
      case 'checkout.failed':
        failed_attempts.push(event.data)
        break
      case 'checkout.expired':
        expired = true
        break
      case 'payout.held':
      case 'payout.sent':
      case 'payout.completed':
      case 'payout.failed':
        payout = laterPayout(payout, event.data)
        break
    }
  }
  return { status: statusOf(transaction, payout, expired), transaction, payout, failed_attempts }
}

function laterTransaction(known: Transaction | null, told: Transaction): Transaction {
  return known && TRANSACTION_RANK[known.status] > TRANSACTION_RANK[told.status] ? known : told
}

// Another payout of the same order is the newer one: a failed payout may be followed by a second.
function laterPayout(known: Payout | null, told: Payout): Payout {
  return known?.id === told.id && PAYOUT_RANK[known.status] > PAYOUT_RANK[told.status] ? known : told
}

function statusOf(transaction: Transaction | null, payout: Payout | null, expired: boolean): OrderStatus {
  if (transaction?.status === 'refunded') return 'refunded'
  if (payout?.status === 'completed') return 'payout_completed'
  if (payout?.status === 'failed') return 'payout_failed'
  if (payout?.status === 'sent') return 'payout_sent'
  // A payout is only made of captured money, so it proves the payment even when its event overtook the other.
  if (transaction || payout) return 'paid'
  return expired ? 'expired' : 'awaiting_payment'
}
