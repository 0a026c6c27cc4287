import { ApiError, ConnectionError, RateLimitError } from 'skiro'
import { pause } from './pause.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/** Told when the gateway cannot be reached, and when it can again. */
export type Watch = {
  /** `next_ms`: when it is asked again. */
  lost(message: string, next_ms: number): void
  back(): void
}

/**
 * Asks until there is an answer: a gateway that restarts, a laptop that slept, a limit that was met. Waits longer each
 * time, up to half a minute, or as long as the gateway says. Null: the signal aborted.
 * @throws what cannot pass by itself, such as a revoked key
 */
export async function askPatiently<T>(
  ask: () => PromiseLike<T>,
  signal: AbortSignal,
  watch: Watch,
): Promise<T | null> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const answer = await ask()
      if (failures > 0) watch.back()
      return answer
    } catch (error) {
      if (signal.aborted) return null
      if (!mayPass(error)) throw error
      const asked_ms = error instanceof RateLimitError ? (error.retry_after ?? 0) * 1000 : 0
      const wait_ms = Math.max(asked_ms, Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS))
      watch.lost(error.message, wait_ms)
      await pause(wait_ms, signal)
    }
  }
  return null
}

function mayPass(error: unknown): error is ConnectionError | ApiError | RateLimitError {
  return error instanceof ConnectionError || error instanceof ApiError || error instanceof RateLimitError
}
