import { z } from 'zod'

/** Basis points, from none to all. */
export const bps = z.coerce.number().int().min(0).max(10_000)

/** A whole number within bounds, both included. */
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
