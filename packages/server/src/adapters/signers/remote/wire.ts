import { z } from 'zod'
import { REFUSALS, type SigningRequest } from '../../signer.ts'

const hex = z.string().regex(/^0x[0-9a-f]*$/) as unknown as z.ZodType<`0x${string}`>
const integer = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,77})$/)
  .transform(BigInt)

const order = z.strictObject({
  id: z.string().min(1).max(128),
  payments: z
    .array(
      z.strictObject({
        merchant_id: z.string().max(128),
        livemode: z.boolean(),
        mac: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .nullable(),
        asset: z.string().max(16),
        to: z.string().max(128),
        amount: integer,
      }),
    )
    .max(1_000),
})

/** `POST /review`, as JSON. Amounts are decimal strings. */
export const wireReview = z.strictObject({ network: z.string().min(1).max(64), order })
/** `POST /sign`. */
export const wireRequest = wireReview.extend({ unsigned: hex, input_amounts: z.array(integer).optional() })

export const wireSignatures = z.strictObject({
  signatures: z.array(z.strictObject({ r: hex, s: hex, y_parity: z.literal([0, 1]) })),
})
export const wireIdentity = z.strictObject({
  id: z.string(),
  public_key: hex,
  stopped: z.string().nullable(),
})
export const wireReviewed = z.strictObject({ ok: z.literal(true) })
export const wireStopped = z.strictObject({ stopped: z.literal(true) })
export const wireError = z.strictObject({
  error: z.enum(['refused', 'unavailable', 'unknown', 'invalid_request', 'internal_error', 'not_found']),
  reason: z.enum(REFUSALS).nullable(),
  payment: z.int().nullable(),
  message: z.string(),
})
export type WireError = z.output<typeof wireError>

export function toWire(request: Pick<SigningRequest, 'network' | 'order'>): string {
  return JSON.stringify(request, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
