import { monotonicMs } from '../lib/clock.ts'
import type { Rate } from '../lib/rate.ts'
import { createRecent } from '../lib/recent.ts'
import type { Grant } from './limitStore.ts'

/** What became of one request, and what the caller may still do. */
export type Verdict = {
  readonly admitted: boolean
  /** As far as this process knows: others may have taken some since. */
  readonly left: number
  /** Until there is new quota, milliseconds. */
  readonly reset_ms: number
}

export type Limiter = {
  /** Counts one request. Answers at once while the lease lasts. @throws what the database threw */
  take(name: string): Verdict | Promise<Verdict>
  /** Counts one request if the answer is at hand. Null: nothing was counted, ask `take`. */
  takeNow(name: string): Verdict | null
  /** The refusal that is sure to come, null when there may be quota. Counts nothing, asks nobody. */
  spent(name: string): Verdict | null
}

type Waiting = { settle(verdict: Verdict): void; fail(error: unknown): void }

type Bucket = {
  readonly name: string
  /** What this process may still admit before `lease_end`. */
  lease: number
  lease_end: number
  /** What the database had left for everybody when it was last asked. */
  unlent: number
  /** Until then the database has nothing more. */
  empty_until: number
  waiting: Waiting[]
  asking: boolean
}

/** A lease is this part of the quota: so much may lie unused in one process while another refuses. */
const LEASES_PER_WINDOW = 20
const BUCKETS_KEPT = 10_000

/**
 * Counts requests against a quota that all processes share, strictly: together they never admit more than `rate.count`
 * in a window, because each admits only what the database gave it to admit. It takes that in leases, so that a busy
 * caller costs a round trip per lease and not per request; those who find the lease used up share one.
 *
 * A lease ends with its window. The window's end is the database's time and `lease_end` ours, counted from before the
 * question was sent, so that it is never later; `empty_until` is counted from after the answer, so that it is never
 * earlier. A bucket that is forgotten for want of space takes its lease with it: some quota is lost, never exceeded.
 */
export function createLimiter(
  rate: Rate,
  lend: (name: string, count: number) => Promise<Grant>,
  now: () => number = monotonicMs,
): Limiter {
  const buckets = createRecent<Bucket>(BUCKETS_KEPT)
  const lease_size = Math.max(1, Math.floor(rate.count / LEASES_PER_WINDOW))

  function bucketOf(name: string): Bucket {
    const known = buckets.get(name)
    if (known) return known
    const bucket = {
      name,
      lease: 0,
      lease_end: 0,
      unlent: 0,
      empty_until: 0,
      waiting: [],
      asking: false,
    }
    buckets.set(name, bucket)
    return bucket
  }

  /** Null: only the database can say. */
  function decide(bucket: Bucket, at: number): Verdict | null {
    if (bucket.lease > 0 && at < bucket.lease_end) return admit(bucket, at)
    return at < bucket.empty_until ? refuse(bucket, at) : null
  }

  async function ask(bucket: Bucket): Promise<void> {
    bucket.asking = true
    try {
      while (bucket.waiting.length > 0) {
        const asked_for = bucket.waiting.length
        const sent = now()
        const count = Math.min(rate.count, Math.max(lease_size, asked_for))
        const grant = await lend(bucket.name, count)
        const received = now()
        bucket.lease = grant.granted
        bucket.lease_end = sent + grant.remaining_ms
        bucket.unlent = grant.left
        if (grant.left === 0) bucket.empty_until = received + grant.remaining_ms + 1
        const [first, since] = [bucket.waiting.slice(0, asked_for), bucket.waiting.slice(asked_for)]
        // Those the lease was asked for are in the window in which the database counted them, however late it answered.
        for (const one of first)
          one.settle(bucket.lease > 0 ? admit(bucket, received) : refuse(bucket, received))
        bucket.waiting = since.filter((one) => {
          const verdict = decide(bucket, received)
          if (verdict) one.settle(verdict)
          return verdict === null
        })
      }
    } catch (error) {
      for (const one of bucket.waiting.splice(0)) one.fail(error)
    } finally {
      bucket.asking = false
    }
  }

  return {
    take(name) {
      const bucket = bucketOf(name)
      const verdict = decide(bucket, now())
      if (verdict) return verdict
      return new Promise<Verdict>((settle, fail) => {
        bucket.waiting.push({ settle, fail })
        if (!bucket.asking) void ask(bucket)
      })
    },
    takeNow: (name) => decide(bucketOf(name), now()),
    spent(name) {
      const bucket = buckets.get(name)
      const at = now()
      return bucket && !(bucket.lease > 0 && at < bucket.lease_end) && at < bucket.empty_until
        ? refuse(bucket, at)
        : null
    },
  }
}

function admit(bucket: Bucket, at: number): Verdict {
  bucket.lease -= 1
  return { admitted: true, left: bucket.lease + bucket.unlent, reset_ms: bucket.lease_end - at }
}

function refuse(bucket: Bucket, at: number): Verdict {
  return { admitted: false, left: 0, reset_ms: bucket.empty_until - at }
}
