import { z } from 'zod'
import { FIATS } from '../../../lib/money.ts'

/** The simulator's answers as they come over HTTP. Unknown fields are ignored, unknown statuses pass as text. */

const minor = z.int().nonnegative()

export const paymentWire = z.object({
  object: z.literal('payment'),
  id: z.string().min(1),
  status: z.string(),
  amount_minor: z.int().positive(),
  currency: z.enum(FIATS),
  reference: z.string(),
  captured_minor: minor,
  refunded_minor: minor,
  card: z.object({ brand: z.string(), last_four: z.string().regex(/^[0-9]{4}$/) }).nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  next_action: z.object({ type: z.string(), url: z.url({ protocol: /^https?$/ }) }).nullish(),
})

export const refundWire = z.object({
  object: z.literal('refund'),
  id: z.string().min(1),
  payment_id: z.string(),
  amount_minor: z.int().positive(),
  currency: z.enum(FIATS),
  status: z.string(),
})

export const eventWire = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  created_at: z.iso.datetime(),
  payment_id: z.string().min(1),
})

export const eventPageWire = z.object({ data: z.array(eventWire), has_more: z.boolean() })

export const testTokenWire = z.object({ object: z.literal('test_token'), token: z.string().min(1) })

export const errorWire = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

export type PaymentWire = z.infer<typeof paymentWire>
export type RefundWire = z.infer<typeof refundWire>
export type EventWire = z.infer<typeof eventWire>
