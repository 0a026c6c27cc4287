import { readFields } from '../fields.ts'
import type { Done } from '../model.ts'
import { viewPayment } from './view.ts'
import { changed, findPayment, requireStatus, type World } from './world.ts'

export const readVoid = (body: unknown) => readFields(body, {})

/** Ends an uncaptured payment and gives its hold back, if it has one. */
export function voidPayment(world: World, id: string): Done {
  const payment = findPayment(world, id)
  requireStatus(payment, 'voided', ['requires_method', 'requires_action', 'authorized'])
  const voided = changed(world, payment, { status: 'voided', next_action: null, after_action: null })
  const held = payment.authorized_minor
  return {
    status: 200,
    body: viewPayment(voided),
    payment: voided,
    movements: held > 0 ? [{ type: 'void', amount_minor: held }] : [],
    event: 'payment.voided',
  }
}
