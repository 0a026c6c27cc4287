import { ConnectionError } from './errors.ts'

/** The error for a try without an answer. `timed_out_ms` is null when something else than our timer ended it. */
export function connectionError(cause: unknown, url: string, timed_out_ms: number | null): ConnectionError {
  const { origin } = new URL(url)
  if (timed_out_ms !== null) {
    const message = `${origin} did not answer within ${timed_out_ms} ms. The request may still have worked.`
    return new ConnectionError(message, { code: 'timeout', cause })
  }
  // fetch says only "fetch failed"; the reason, such as ECONNREFUSED, is one level down.
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const reason = inner instanceof Error ? inner.message || inner.name : String(inner)
  return new ConnectionError(`Could not talk to ${origin}: ${reason}`, { code: 'connection_failed', cause })
}
