import { DECLINES, type Outcome } from '../cards.ts'
import type { Card, Done, Payment } from '../model.ts'
import { viewPayment } from './view.ts'
import { changed, type World } from './world.ts'

/** Card networks let a card-not-present authorisation stand for seven days. */
const HOLD_MS = 7 * 24 * 60 * 60 * 1000

/** The bank's answer to an authorisation: the whole amount, or a decline that ends the payment. */
export function decide(world: World, payment: Payment, outcome: Outcome, card: Card | null): Done {
  if (outcome !== 'approve') {
    const code = outcome === 'unknown_test_card' ? 'card_declined' : outcome
    return fail(world, payment, { code, message: DECLINES[outcome] }, card)
  }
  const authorized = changed(world, payment, {
    status: 'authorized',
    authorized_minor: payment.amount_minor,
    card,
    next_action: null,
    after_action: null,
    capture_before: world.clock.iso(HOLD_MS),
  })
  return {
    status: 200,
    body: viewPayment(authorized),
    payment: authorized,
    movements: [{ type: 'authorize', amount_minor: payment.amount_minor }],
    event: 'payment.authorized',
  }
}

/** Ends the payment: one attempt is one payment, the next attempt is a new one. */
export function fail(
  world: World,
  payment: Payment,
  failure: { code: string; message: string },
  card: Card | null,
): Done {
  const failed = changed(world, payment, {
    status: 'failed',
    failure,
    card,
    next_action: null,
    after_action: null,
  })
  return { status: 200, body: viewPayment(failed), payment: failed, event: 'payment.failed' }
}

/** The challenge was refused, failed or never answered. */
export function abandon(world: World, payment: Payment): Done {
  const code = 'authentication_failed'
  return fail(world, payment, { code, message: DECLINES[code] }, payment.card)
}
