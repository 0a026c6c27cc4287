import { Refusal } from '../errors.ts'
import { amountMinor, readFields } from '../fields.ts'
import { newId } from '../ids.ts'
import type { Done, Refund } from '../model.ts'
import { viewRefund } from './view.ts'
import { changed, findPayment, requireStatus, type World } from './world.ts'

export const readRefund = (body: unknown) => readFields(body, { amount_minor: amountMinor })

/** Returns captured money to the card; may be called again until all of it is back. */
export function refundPayment(world: World, id: string, input: ReturnType<typeof readRefund>): Done {
  const payment = findPayment(world, id)
  requireStatus(payment, 'refunded', ['captured', 'partially_captured'])
  const left = payment.captured_minor - payment.refunded_minor
  if (input.amount_minor > left) {
    throw new Refusal('amount_too_large', `Only ${left} can still be refunded.`, 'amount_minor')
  }
  const refund: Refund = {
    id: newId('ref_'),
    payment_id: payment.id,
    amount_minor: input.amount_minor,
    currency: payment.currency,
    status: 'succeeded',
    created_at: world.clock.iso(),
  }
  const refunded = changed(world, payment, {
    refunded_minor: payment.refunded_minor + input.amount_minor,
    refunds: [...payment.refunds, refund],
  })
  return {
    status: 201,
    body: viewRefund(refund),
    payment: refunded,
    movements: [{ type: 'refund', amount_minor: input.amount_minor, refund_id: refund.id }],
    event: 'refund.succeeded',
  }
}
