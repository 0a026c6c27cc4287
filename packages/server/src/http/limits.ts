import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import './tenant.ts'
import type { Sql } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Rate } from '../lib/rate.ts'
import { createRecent } from '../lib/recent.ts'
import type { PresentedKey } from '../lib/tenant.ts'
import { partyOf } from './clientAddress.ts'
import { limitHeaders } from './limitHeaders.ts'
import { createLimiter, type Verdict } from './limiter.ts'
import { takeFromWindow } from './limitStore.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without a key that counts against no limit: probes, and the acquirer, who must always be heard. */
    uncounted?: boolean
  }
}

/** What a request is counted as: one API key, an address without one, an address whose keys are not valid. */
export type Policy = 'key' | 'address' | 'failed-keys'

export type LimitOptions = {
  readonly db: Sql
  /** Null: that limit is off. */
  readonly rates: { readonly [P in 'key' | 'address' | 'failed_keys']: Rate | null }
  readonly onRefused: (policy: Policy) => void
}

/** How to read the key of a request, and how to prove it. Both throw `invalid_api_key`; what else they throw is passed on. */
export type KeyCheck = {
  readonly present: (authorization: string | undefined) => PresentedKey
  readonly prove: (request: FastifyRequest, key: PresentedKey) => Promise<unknown>
}

export type Limits = ReturnType<typeof createLimits>

const PROVEN_KEPT = 10_000

/**
 * Rate limits of one process, shared with all others through the database.
 *
 * Only a proven key counts as itself: who knows no more than its public id must not be able to use it up. Which bucket
 * a request goes to is therefore chosen by what this process saw proven lately; that memory is no proof, each request
 * is still proven by the database. A key that is not in it is proven first and counted then.
 *
 * When the database cannot count, the request fails as it would a moment later at its own statement. Letting it
 * through would gain nothing and would take the brake off just when the database is in trouble.
 */
export function createLimits({ db, rates, onRefused }: LimitOptions) {
  const key_limit = counter('key', rates.key, 'Too many requests with this API key.')
  const address_limit = counter('address', rates.address, 'Too many requests from this address.')
  const failed_limit = counter(
    'failed-keys',
    rates.failed_keys,
    'Too many requests from this address with API keys that are not valid.',
  )
  const proven = createRecent<Buffer>(PROVEN_KEPT)
  const knows = (key: PresentedKey) => proven.get(key.id)?.equals(key.secret_hash) ?? false

  function counter(policy: Policy, rate: Rate | null, what: string) {
    if (!rate) return null
    const limiter = createLimiter(rate, (name, count) => takeFromWindow(db, `${policy}:${name}`, count, rate))
    const headers = limitHeaders(policy, rate, `${what} Wait for the time in Retry-After, then try again.`)
    const judge = (reply: FastifyReply, verdict: Verdict): void => {
      const refusal = headers(reply, verdict)
      if (!refusal) return
      onRefused(policy)
      throw refusal
    }
    return { take: limiter.take, takeNow: limiter.takeNow, spent: limiter.spent, judge }
  }

  async function countProven(key: PresentedKey, reply: FastifyReply): Promise<void> {
    if (!key_limit) return
    const verdict = key_limit.take(key.id)
    key_limit.judge(reply, verdict instanceof Promise ? await verdict : verdict)
  }

  /** Refuses before anything is looked up. It only looks, as valid keys must not be charged for their first request. */
  function refuseSpent(request: FastifyRequest, reply: FastifyReply): void {
    const refusal = failed_limit?.spent(partyOf(request.ip))
    if (refusal) failed_limit?.judge(reply, refusal)
  }

  async function countFailed(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    failed_limit?.judge(reply, await failed_limit.take(partyOf(request.ip)))
  }

  return {
    /** Counts requests to public routes against their address. Call it before routes are added. */
    countAddresses(app: FastifyInstance): void {
      if (!address_limit) return
      const count: onRequestAsyncHookHandler = async (request, reply) =>
        address_limit.judge(reply, await address_limit.take(partyOf(request.ip)))
      app.addHook('onRoute', (route) => {
        if (!route.config?.public || route.config.uncounted) return
        route.onRequest = [count, ...[route.onRequest ?? []].flat()]
      })
    },

    /**
     * The same without a promise, for the usual case: a known key on a route that proves it itself, with quota at hand.
     * Null: only `countKey` can say. Costs about a microsecond, where a promise and its turns cost several.
     * @throws SkiroError rate_limited
     */
    countKnownKey(request: FastifyRequest, reply: FastifyReply, present: KeyCheck['present']): true | null {
      if (!request.routeOptions.config.proves_key_itself || !request.headers.authorization) return null
      const key = presentOrNull(present, request.headers.authorization)
      if (!key || !knows(key)) return null
      if (!key_limit) return true
      const verdict = key_limit.takeNow(key.id)
      if (!verdict) return null
      key_limit.judge(reply, verdict)
      return true
    },

    /**
     * onRequest of routes with a key: proves and counts it. A route that proves its key itself is trusted to do so for
     * keys that this process knows, which saves it the round trip.
     * @throws SkiroError rate_limited, invalid_api_key
     */
    async countKey(request: FastifyRequest, reply: FastifyReply, check: KeyCheck): Promise<void> {
      try {
        const key = check.present(request.headers.authorization)
        if (knows(key)) {
          await countProven(key, reply)
          if (!request.routeOptions.config.proves_key_itself) await check.prove(request, key)
        } else {
          refuseSpent(request, reply)
          await check.prove(request, key)
          proven.set(key.id, key.secret_hash)
          await countProven(key, reply)
        }
      } catch (error) {
        if (error instanceof SkiroError && error.code === 'invalid_api_key') await countFailed(request, reply)
        throw error
      }
    },

    /** onResponse of routes with a key: one that was found invalid, by whomever, counts as failed from now on. */
    forgetRefused(request: FastifyRequest, reply: FastifyReply, present: KeyCheck['present']): void {
      if (reply.statusCode !== 401) return
      try {
        const key = present(request.headers.authorization)
        // A stranger's guess at the secret must not make us forget the owner.
        if (knows(key)) proven.delete(key.id)
      } catch {
        // Not even shaped like a key, so it was never in there.
      }
    },
  }
}

function presentOrNull(present: KeyCheck['present'], header: string): PresentedKey | null {
  try {
    return present(header)
  } catch {
    return null
  }
}
