import type {
  AcquirerEvent,
  CustomerAction,
  DeclineCode,
  PaymentSnapshot,
  PaymentState,
  RefundSnapshot,
} from '../../acquirer.ts'
import type { EventWire, PaymentWire, RefundWire } from './wire.ts'

/** An expired authorisation holds no money, exactly like a voided one. */
const STATES = new Map<string, PaymentState>([
  ['requires_method', 'requires_method'],
  ['requires_action', 'requires_action'],
  ['processing', 'processing'],
  ['authorized', 'authorized'],
  ['captured', 'captured'],
  ['partially_captured', 'captured'],
  ['voided', 'voided'],
  ['expired', 'voided'],
  ['failed', 'failed'],
])

const DECLINES: Record<DeclineCode, true> = {
  card_declined: true,
  insufficient_funds: true,
  expired_card: true,
  incorrect_cvc: true,
  incorrect_number: true,
  processing_error: true,
  lost_card: true,
  stolen_card: true,
  fraudulent: true,
  authentication_failed: true,
  invalid_token: true,
}

const isDeclineCode = (code: string): code is DeclineCode => Object.hasOwn(DECLINES, code)

/** Total: a status this adapter has never heard of is `processing`, which is asked about again. */
export function mapState(status: string): PaymentState {
  return STATES.get(status) ?? 'processing'
}

/**
 * A page may stand inside ours only when it comes from the acquirer's own origin, which is the only one that our page's
 * policy lets in. Any other place is one to go to.
 */
function mapAction({ status, next_action }: PaymentWire, acquirer_url: string): CustomerAction | null {
  if (mapState(status) !== 'requires_action' || !next_action) return null
  const isOwn = new URL(next_action.url).origin === new URL(acquirer_url).origin
  return { kind: isOwn && next_action.type === 'three_ds' ? 'frame' : 'redirect', url: next_action.url }
}

/** @param acquirer_url where this acquirer is, as the customer's browser sees it */
export function mapPayment(wire: PaymentWire, acquirer_url: string): PaymentSnapshot {
  const { failure } = wire
  return {
    ref: wire.id,
    reference: wire.reference,
    state: mapState(wire.status),
    amount: { amount: BigInt(wire.amount_minor), asset: wire.currency },
    captured: BigInt(wire.captured_minor),
    refunded: BigInt(wire.refunded_minor),
    card: wire.card && { brand: wire.card.brand, last_four: wire.card.last_four },
    failure: failure && {
      code: isDeclineCode(failure.code) ? failure.code : 'card_declined',
      message: failure.message,
    },
    action: mapAction(wire, acquirer_url),
  }
}

/** Total: a refund status this adapter has never heard of is `pending`. */
export function mapRefund(wire: RefundWire): RefundSnapshot {
  const state = wire.status === 'succeeded' || wire.status === 'failed' ? wire.status : 'pending'
  return { ref: wire.id, state, amount: BigInt(wire.amount_minor) }
}

export function mapEvent(wire: EventWire): AcquirerEvent {
  return { id: wire.id, type: wire.type, payment_ref: wire.payment_id, occurred_at: wire.created_at }
}
