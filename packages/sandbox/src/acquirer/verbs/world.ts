import type { Book } from '../book.ts'
import type { Clock } from '../clock.ts'
import { Refusal } from '../errors.ts'
import type { Done, Payment, PaymentStatus } from '../model.ts'

/** What a verb may look at. Verbs read it and return what should change. */
export type World = {
  readonly book: Book
  readonly clock: Clock
  /** Origin of this server, for links in answers. */
  origin: string
  /** What a card that asks for 3-D Secure does at confirm. */
  three_ds: 'decline' | 'challenge'
}

/** @throws Refusal `not_found` */
export function findPayment({ book }: World, id: string): Payment {
  const payment = book.payments.get(id)
  if (!payment) throw new Refusal('not_found', `No payment has the id ${id}.`)
  return payment
}

/** @throws Refusal `invalid_state` unless the payment is in one of the states. */
export function requireStatus(payment: Payment, verb: string, allowed: readonly PaymentStatus[]): void {
  if (allowed.includes(payment.status)) return
  throw new Refusal(
    'invalid_state',
    `A payment that is ${payment.status} cannot be ${verb}; it must be ${allowed.join(' or ')}.`,
  )
}

/** The payment with `change`, stamped with the time of the change. */
export function changed({ clock }: World, payment: Payment, change: Partial<Payment>): Payment {
  return { ...payment, ...change, updated_at: clock.iso() }
}

/** The lapse of an authorisation whose time is over, or null. */
export function expiry(world: World, payment: Payment): Done | null {
  if (payment.status !== 'authorized' || payment.capture_before === null) return null
  if (world.clock.iso() < payment.capture_before) return null
  const expired = changed(world, payment, { status: 'expired' })
  const movements = [{ type: 'void', amount_minor: payment.authorized_minor }] as const
  return { status: 200, body: null, payment: expired, movements, event: 'payment.expired' }
}
