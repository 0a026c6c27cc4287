import type { Done, Payment } from '../model.ts'
import { abandon } from './decide.ts'
import { changed, type World } from './world.ts'

/** The lapse of an authorisation, or of a challenge, whose time is over; or null. */
export function expiry(world: World, payment: Payment): Done | null {
  if (payment.next_action && world.clock.iso() >= payment.next_action.until) return abandon(world, payment)
  if (payment.status !== 'authorized' || payment.capture_before === null) return null
  if (world.clock.iso() < payment.capture_before) return null
  const expired = changed(world, payment, { status: 'expired' })
  const movements = [{ type: 'void', amount_minor: payment.authorized_minor }] as const
  return { status: 200, body: null, payment: expired, movements, event: 'payment.expired' }
}
