import { Refusal } from '../errors.ts'
import { amountMinor, readFields } from '../fields.ts'
import type { Done, Movement } from '../model.ts'
import { viewPayment } from './view.ts'
import { changed, findPayment, requireStatus, type World } from './world.ts'

export const readCapture = (body: unknown) => readFields(body, { amount_minor: amountMinor })

/** Takes the amount, once. The rest of the hold is given back at the same moment, as card acquirers do by default. */
export function capturePayment(world: World, id: string, input: ReturnType<typeof readCapture>): Done {
  const payment = findPayment(world, id)
  requireStatus(payment, 'captured', ['authorized'])
  const rest = payment.authorized_minor - input.amount_minor
  if (rest < 0) {
    throw new Refusal('amount_too_large', `Only ${payment.authorized_minor} was authorized.`, 'amount_minor')
  }
  const captured = changed(world, payment, {
    status: rest === 0 ? 'captured' : 'partially_captured',
    captured_minor: input.amount_minor,
  })
  const movements: Movement[] = [{ type: 'capture', amount_minor: input.amount_minor }]
  if (rest > 0) movements.push({ type: 'void', amount_minor: rest })
  return {
    status: 200,
    body: viewPayment(captured),
    payment: captured,
    movements,
    event: 'payment.captured',
  }
}
