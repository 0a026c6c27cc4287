import type { FastifyReply } from 'fastify'
import { SkiroError } from '../lib/errors.ts'
import type { Rate } from '../lib/rate.ts'
import type { Verdict } from './limiter.ts'

/**
 * Writes `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers: structured fields, `q` requests in
 * `w` seconds, `r` left, new quota in `t` seconds), and when there is nothing left `Retry-After` in whole seconds.
 * Returns the refusal, null when the request may go on.
 */
export function limitHeaders(
  policy: string,
  rate: Rate,
  message: string,
): (reply: FastifyReply, verdict: Verdict) => SkiroError | null {
  const fixed = `"${policy}";q=${rate.count};w=${rate.seconds}`
  const start = `"${policy}";r=`
  return (reply, { admitted, left, reset_ms }) => {
    // Less a millisecond, by which `reset_ms` may be rounded up: a window of one second is not over in two.
    const seconds = Math.max(1, Math.ceil((reset_ms - 1) / 1000))
    reply.header('ratelimit-policy', fixed).header('ratelimit', `${start}${left};t=${seconds}`)
    if (admitted) return null
    reply.header('retry-after', seconds)
    return new SkiroError('rate_limited', { message })
  }
}
