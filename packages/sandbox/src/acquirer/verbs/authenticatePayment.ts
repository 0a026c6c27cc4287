import { oneOf, readFields } from '../fields.ts'
import type { Done } from '../model.ts'
import { abandon, decide } from './decide.ts'
import { findPayment, requireStatus, type World } from './world.ts'

export const readAuthenticate = (body: unknown) => readFields(body, { outcome: oneOf(['authorise', 'fail']) })

/** The end of a 3-D Secure challenge: the customer passed it, and the bank decides; or did not, and it is over. */
export function authenticatePayment(
  world: World,
  id: string,
  input: ReturnType<typeof readAuthenticate>,
): Done {
  const payment = findPayment(world, id)
  requireStatus(payment, 'authenticated', ['requires_action'])
  if (input.outcome === 'fail' || payment.after_action === null) return abandon(world, payment)
  return decide(world, { ...payment, authentication: 'challenged' }, payment.after_action, payment.card)
}
