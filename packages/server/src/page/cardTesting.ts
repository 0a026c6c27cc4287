import { createHash, randomInt } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { partyOf } from '../http/clientAddress.ts'
import { giveBackToWindow, takeFromWindow } from '../http/limitStore.ts'
import { sleep } from '../lib/clock.ts'
import type { Rate } from '../lib/rate.ts'
import { deviceOf } from './device.ts'

export type CardLimit = 'address' | 'device'

/** An attempt that may go on. It counts as failed until it is said to have worked: many at once must not slip through. */
export type Admitted = { succeeded(): Promise<void> }

/** Null: the attempt is declined without being made. */
export type CardTestingGuard = (request: FastifyRequest, livemode: boolean) => Promise<Admitted | null>

/**
 * Against card testing: thieves try stolen numbers on small sessions until one works. After so many failed cards of an
 * address or a browser every further one is declined unseen, with the words and about the time of any other decline, so
 * that the answers stop telling good cards from bad. A session by itself takes five attempts at most.
 */
export function cardTestingGuard(ctx: Context, onRefused: (limit: CardLimit) => void): CardTestingGuard {
  const { address, device, holds_in_test } = ctx.config.card_limits

  return async (request, livemode) => {
    if (!livemode && !holds_in_test) return { succeeded: async () => {} }
    const party = partyOf(request.ip)
    // A browser without a value is nobody in particular: all of those at one address count as one.
    const browser = deviceOf(request.headers.cookie, ctx.config.public_url) ?? `none of ${party}`
    const counted: [CardLimit, string, Rate | null][] = [
      ['address', bucketOf(livemode, 'address', party), address],
      ['device', bucketOf(livemode, 'device', browser), device],
    ]
    const taken: string[] = []
    for (const [limit, bucket, rate] of counted) {
      if (!rate) continue
      taken.push(bucket)
      const { granted } = await takeFromWindow(ctx.db, bucket, 1, rate)
      if (granted > 0) continue
      onRefused(limit)
      ctx.log.warn({ request_id: request.id, limit }, 'too many failed cards: declined unseen')
      await sleep(randomInt(400, 1600))
      return null
    }
    return {
      async succeeded() {
        for (const bucket of taken) await giveBackToWindow(ctx.db, bucket)
      },
    }
  }
}

/** Addresses are not kept as such. */
function bucketOf(livemode: boolean, limit: CardLimit, value: string): string {
  const hash = createHash('sha256').update(`${livemode} ${limit} ${value}`).digest('base64url')
  return `card ${hash.slice(0, 32)}`
}
