import type { Book } from '../book.ts'
import type { Clock } from '../clock.ts'
import { Refusal } from '../errors.ts'
import type { Payment, PaymentStatus } from '../model.ts'

/** What a verb may look at. Verbs read it and return what should change. */
export type World = {
  readonly book: Book
  readonly clock: Clock
  /** Origin of this server, for links in answers. */
  origin: string
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
