import { connectionError } from './connectionError.ts'
import { type Answer, errorFromAnswer, retryAfterSeconds } from './errorFromAnswer.ts'
import { ApiError, type SkiroError } from './errors.ts'
import type { Failure } from './shouldRetry.ts'

/** How long one try may take, and what else may end it. */
export type AttemptLimits = { timeoutMs: number; signal: AbortSignal | undefined }

/** Sends the request once and reads the answer to its end. Never throws. */
export async function attempt(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
  { timeoutMs, signal }: AttemptLimits,
): Promise<{ value: unknown } | Failure> {
  // Not AbortSignal.any: the first releases of Node 20 lack it, later ones keep its parts alive as long as `signal`.
  const controller = new AbortController()
  const abort = () => controller.abort()
  let timed_out = false
  const timer = setTimeout(() => {
    timed_out = true
    abort()
  }, timeoutMs)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  let answer: Answer
  try {
    const response = await fetch(url, { ...init, signal: controller.signal })
    answer = { status: response.status, headers: response.headers, text: await response.text() }
  } catch (cause) {
    const error = connectionError(cause, url, { signal, timed_out_ms: timed_out ? timeoutMs : null })
    return { error, replayed: false, retry_after: null }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  if (answer.status >= 200 && answer.status < 300) return parseBody(answer)
  return failure(errorFromAnswer(answer), answer)
}

function parseBody(answer: Answer): { value: unknown } | Failure {
  try {
    const value: unknown = JSON.parse(answer.text)
    if (typeof value === 'object' && value !== null) return { value }
  } catch {
    // Falls through: not JSON is as wrong as not an object.
  }
  const message = `The server answered ${answer.status} with a body that is not a JSON object. Check baseUrl.`
  return failure(new ApiError(message, { code: 'invalid_response', status: answer.status }), answer)
}

function failure(error: SkiroError, { headers }: Answer): Failure {
  const replayed = headers.get('idempotent-replayed') === 'true'
  return { error, replayed, retry_after: retryAfterSeconds(headers) }
}
