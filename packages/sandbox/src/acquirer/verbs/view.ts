import type { Payment, Refund } from '../model.ts'

/** A payment as the API shows it. */
export function viewPayment(payment: Payment): Record<string, unknown> {
  const { after_action: _, action_secret: __, ...shown } = payment
  return { object: 'payment', ...shown, refunds: payment.refunds.map(viewRefund) }
}

export function viewRefund(refund: Refund): Record<string, unknown> {
  return { object: 'refund', ...refund }
}
