import { ConnectionError } from './errors.ts'

/** What ended a try: the caller's signal, or our timer after so many milliseconds, or else the network. */
type Ended = { signal: AbortSignal | undefined; timed_out_ms: number | null }

/** The error for a try without an answer. */
export function connectionError(cause: unknown, url: string, ended: Ended): ConnectionError {
  const { origin } = new URL(url)
  if (ended.signal?.aborted) {
    const message = `The call to ${origin} was aborted by its signal. The request may still have worked.`
    return new ConnectionError(message, { code: 'aborted', cause: ended.signal.reason })
  }
  if (ended.timed_out_ms !== null) {
    const message = `${origin} did not answer within ${ended.timed_out_ms} ms. The request may still have worked.`
    return new ConnectionError(message, { code: 'timeout', cause })
  }
  // fetch says only "fetch failed"; the reason, such as ECONNREFUSED, is one level down.
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const reason = inner instanceof Error ? inner.message || inner.name : String(inner)
  return new ConnectionError(`Could not talk to ${origin}: ${reason}`, { code: 'connection_failed', cause })
}
