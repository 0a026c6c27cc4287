import { ConnectionError, RateLimitError, type SkiroError } from './errors.ts'

/** A failed attempt. `replayed`: the server repeated the stored answer of this idempotency key. */
export type Failure = { error: SkiroError; replayed: boolean; retry_after: number | null }

/** A longer `Retry-After` is handed to the caller: better an error now than a request that hangs. */
const LONGEST_WAIT_SECONDS = 60
const LONGEST_BACKOFF_MS = 8000

/**
 * True when the same request may work if it is sent again, and doing so is safe.
 * `repeatable`: having it run twice does no harm.
 */
export function shouldRetry({ error, replayed, retry_after }: Failure, repeatable: boolean): boolean {
  // The caller wants no answer any more.
  if (error.code === 'aborted') return false

  // The answer is stored under our key, so every further try would get the same bytes.
  if (replayed) return false

  // The server asked for a longer pause than a caller should be kept waiting without knowing.
  if (retry_after !== null && retry_after > LONGEST_WAIT_SECONDS) return false

  // Refused before it ran, so anything may be sent again. The server says when there is room; without that, more
  // requests only make the crowd bigger.
  if (error instanceof RateLimitError) return retry_after !== null

  // From here on the request may have run.
  if (!repeatable) return false

  // No answer came.
  if (error instanceof ConnectionError) return true

  // The first request with this key, perhaps our own that timed out, still runs. Soon its answer is replayed.
  if (error.code === 'idempotency_in_flight') return true

  // The server, or a proxy before it, broke or restarts. That passes.
  if (error.status !== null && error.status >= 500) return true

  // Every other 4xx says that the request itself is wrong. It would be as wrong the next time.
  return false
}

/**
 * Milliseconds to wait before retry number `retry` (from 0): anything between nothing and `base`, doubled each time up
 * to 8 s ("full jitter": clients that failed together spread out), on top of what `Retry-After` asks for.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelayMs(
  base: number,
  retry: number,
  retry_after: number | null,
  random = Math.random(),
): number {
  return (retry_after ?? 0) * 1000 + Math.min(base * 2 ** retry, LONGEST_BACKOFF_MS) * random
}
