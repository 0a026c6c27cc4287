import type { KeyRing } from '../../lib/keyRing.ts'
import { open } from '../../lib/seal.ts'
import { secretContext } from '../secretContext.ts'
import { type SigningKeys, signingKeys } from '../signature.ts'
import type { DueDelivery, QueueAsk, QueueEndpoint } from './dueStore.ts'
import { originOf } from './origin.ts'
import { QUICK_WIDTH, type Pace, createPace } from './pace.ts'
import type { ClaimedQueue, QueueRef } from './queueStore.ts'

/** A queue that this worker owns: what it has in hand of it, and how fast its receiver takes it. */
export type HeldQueue = {
  claimed: ClaimedQueue
  readonly pace: Pace
  endpoint: QueueEndpoint | null
  /** Of every live secret. */
  keys: readonly SigningKeys[]
  /** Fetched and not yet sent, oldest first. */
  readonly backlog: DueDelivery[]
  /** Sent and not yet answered. */
  posting: number
  /** All that is fetched and not yet written down: ids, and since when each was due. */
  readonly in_hand: Map<string, number>
  /** Everything due was fetched, as far as known. */
  drained: boolean
  /** Up to when due deliveries were fetched, milliseconds since the epoch; 0: begin at the oldest. */
  since: number
  /** `monotonicMs` of the last time it had something to do. */
  busy_at: number
  /** Which places its tries take: those of receivers that fail are few. */
  is_failing: boolean
  /** Its secret does not open, which was reported. */
  is_sealed: boolean
}

export function keyOf({ merchant_id, livemode, endpoint_id, origin }: QueueRef): string {
  return `${merchant_id} ${livemode} ${endpoint_id} ${origin}`
}

export function holdQueue(claimed: ClaimedQueue, widest: number, now: number): HeldQueue {
  return {
    claimed,
    pace: createPace(widest),
    endpoint: null,
    keys: [],
    backlog: [],
    posting: 0,
    in_hand: new Map(),
    drained: false,
    since: 0,
    busy_at: now,
    is_failing: false,
    is_sealed: false,
  }
}

/** A receiver that takes several at a time gets through so many in a moment. */
const STOCK_OF_QUICK = 64

/**
 * How many to have ready. Few for a slow receiver: what is fetched is sent to the endpoint as it was then, and its
 * secrets and its being switched on are read anew with every fetch.
 */
function stockOf({ pace }: HeldQueue): number {
  const width = pace.width()
  return width < QUICK_WIDTH ? 4 * width : Math.max(STOCK_OF_QUICK, 4 * width)
}

/** What to fetch for it now; null: it has enough. */
export function askFor(queue: HeldQueue): QueueAsk | null {
  const stock = stockOf(queue)
  if (queue.drained || queue.backlog.length > stock / 4) return null
  return { queue: queue.claimed, want: stock - queue.backlog.length, since: queue.since }
}

/** What a fetch would find again: of all in hand only what was due when it begins, or later. */
export function foundAgain({ in_hand, since }: HeldQueue): string[] {
  const ids: string[] = []
  for (const [id, wake_at] of in_hand) if (wake_at >= since) ids.push(id)
  return ids
}

/**
 * Lets go of what a receiver that has become slow will not get soon. It is fetched again in time: `since` goes to before
 * the first of it, below that of a fetch under way even where both are due in the same millisecond.
 */
export function trim(queue: HeldQueue): void {
  const [first, ...rest] = queue.backlog.splice(stockOf(queue))
  if (!first) return
  for (const { id } of [first, ...rest]) queue.in_hand.delete(id)
  queue.since = Math.min(queue.since, first.wake_at - 1)
  queue.drained = false
}

/**
 * Puts what was fetched into the queue. Fewer than asked for: that was all. When something older was let go of since it
 * was asked for, nothing is taken: the next fetch begins there, and this one would lead past it.
 */
export function take(queue: HeldQueue, ask: QueueAsk, found: readonly DueDelivery[], now: number): void {
  if (queue.since < ask.since) return
  if (found.length < ask.want) queue.drained = true
  if (found.length === 0) return
  queue.busy_at = now
  for (const delivery of found) {
    queue.backlog.push(delivery)
    queue.in_hand.set(delivery.id, delivery.wake_at)
    queue.since = delivery.wake_at
  }
}

/** Whether a try may start: there is something to send, the pace allows it, and what was sent gets written down. */
export function mayStart(queue: HeldQueue): boolean {
  const width = queue.pace.width()
  return (
    queue.backlog.length > 0 &&
    queue.posting < width &&
    queue.in_hand.size - queue.backlog.length < 4 * stockOf(queue)
  )
}

/**
 * Takes over what the endpoint is now. Its secrets are unsealed only when they are others than before.
 * @throws when a secret does not open: then nothing is taken over, because nothing may be sent unsigned
 */
export function refresh(queue: HeldQueue, endpoint: QueueEndpoint, keys: KeyRing): void {
  const before = queue.endpoint
  const sealed = [endpoint.secret_sealed, endpoint.previous_secret_sealed]
  const was = before && [before.secret_sealed, before.previous_secret_sealed]
  if (!was || !sealed.every((bytes, n) => same(bytes, was[n] ?? null))) {
    const context = secretContext(endpoint, endpoint.id)
    const live = sealed.filter((bytes) => bytes !== null)
    queue.keys = live.map((bytes) => signingKeys(open(bytes, keys, context)))
  }
  queue.endpoint = endpoint
  // Later it is known from the queue's own tries.
  if (!before) queue.is_failing = endpoint.failing_since !== null && isOwnUrl(queue, endpoint)
}

function isOwnUrl({ claimed }: HeldQueue, { url }: QueueEndpoint): boolean {
  return url !== null && originOf(url) === claimed.origin
}

function same(a: Buffer | null, b: Buffer | null): boolean {
  return a === b || (a !== null && b !== null && a.equals(b))
}
