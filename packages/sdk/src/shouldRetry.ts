import { ConnectionError, RateLimitError, type SkiroError } from './errors.ts'

/** A failed attempt. `replayed`: the server repeated the stored answer of this idempotency key. */
export type Failure = { error: SkiroError; replayed: boolean; retry_after: number | null }

/** A longer `Retry-After` is handed to the caller: better an error now than a request that hangs. */
const LONGEST_WAIT_SECONDS = 60

/** True when the same request may work if it is sent again. Safe for every call: POSTs carry an idempotency key. */
export function shouldRetry({ error, replayed, retry_after }: Failure): boolean {
  // No answer came. The request may or may not have run; its idempotency key makes a second one harmless.
  if (error instanceof ConnectionError) return true

  // The answer is stored under our key, so every further try would get the same bytes.
  if (replayed) return false

  // The server asked for a longer pause than a caller should be kept waiting without knowing.
  if (retry_after !== null && retry_after > LONGEST_WAIT_SECONDS) return false

  // The first request with this key, perhaps our own that timed out, still runs. Soon its answer is replayed.
  if (error.code === 'idempotency_in_flight') return true

  // The server says when there is room again. Without that, more requests only make the crowd bigger.
  if (error instanceof RateLimitError) return retry_after !== null

  // The server, or a proxy before it, broke or restarts. That passes.
  if (error.status !== null && error.status >= 500) return true

  // Every other 4xx says that the request itself is wrong. It would be as wrong the next time.
  return false
}

/**
 * Milliseconds to wait before retry number `retry` (from 0): 0.5 s, doubled each time up to 5 s, each ±25 %
 * so that clients which failed together do not come back together. Never less than `Retry-After`.
 */
export function retryDelayMs(retry: number, retry_after: number | null, random = Math.random()): number {
  const backoff = Math.min(500 * 2 ** retry, 5000) * (0.75 + random / 2)
  return Math.max(backoff, (retry_after ?? 0) * 1000)
}
