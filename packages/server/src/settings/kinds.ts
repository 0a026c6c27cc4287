import { z } from 'zod'
import { Secret } from '../lib/secrets.ts'

/** An address of the web, plain HTTP allowed: who sets it knows the network in between. */
export const url = z.url({ protocol: /^https?$/ })

/** A text that is never shown, in no log and no error. */
export const secret = z
  .string()
  .min(1)
  .transform((value) => new Secret(value))

/** A path. */
export const file = z.string().min(1)

/** Basis points, from none to all. */
export const bps = z.coerce.number().int().min(0).max(10_000)

/** A whole number within bounds, both included. */
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

/** A PostgreSQL URL with a user, whom `migrate` makes. Other passwords would have to be normalised as PostgreSQL does. */
export const databaseUrl = z.string().refine(
  (text) => {
    const url = URL.parse(text)
    if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.username === '') return false
    return /^(?:[!-$&-~]|%[2-7][0-9a-f])*$/i.test(url.password)
  },
  { message: 'must be postgres://user:password@host/database, with a password of printable ASCII' },
)
