import { amountMinor, httpUrl, nullable, oneOf, optional, readFields, text } from '../fields.ts'
import { newId } from '../ids.ts'
import { CURRENCIES, type Done, type Payment } from '../model.ts'
import { viewPayment } from './view.ts'
import type { World } from './world.ts'

/** Card networks print at most 22 characters of the descriptor. */
const DESCRIPTOR_MAX = 22

export const readCreate = (body: unknown) =>
  readFields(body, {
    amount_minor: amountMinor,
    currency: oneOf(CURRENCIES),
    reference: text(255),
    session: text(255),
    descriptor: text(DESCRIPTOR_MAX),
    three_ds: optional(oneOf(['always', 'when_needed']), 'when_needed'),
    return_url: optional(nullable(httpUrl), null),
    capture_method: optional(oneOf(['manual']), 'manual'),
  })

export function createPayment(world: World, input: ReturnType<typeof readCreate>): Done {
  const now = world.clock.iso()
  const payment: Payment = {
    id: newId('pay_'),
    status: 'requires_method',
    ...input,
    authorized_minor: 0,
    captured_minor: 0,
    refunded_minor: 0,
    card: null,
    failure: null,
    authentication: null,
    next_action: null,
    action_secret: null,
    after_action: null,
    capture_before: null,
    refunds: [],
    created_at: now,
    updated_at: now,
  }
  return { status: 201, body: viewPayment(payment), payment }
}
