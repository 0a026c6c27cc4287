import {
  ApiError,
  AuthenticationError,
  ConflictError,
  type ErrorDetails,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  type SkiroError,
} from './errors.ts'

/** An HTTP answer, read to its end. */
export type Answer = { status: number; headers: Headers; text: string }

/**
 * Turns an answer outside 2xx into the error class for it.
 * Reads `{ error, message, param?, request_id, doc_url? }`; other bodies (a proxy's page) become `ApiError`
 * or the class of their status, with a message that says so.
 */
export function errorFromAnswer(answer: Answer): SkiroError {
  const { status } = answer
  const body = parseErrorBody(answer.text)
  const code = text(body?.['error'])
  const details: ErrorDetails = {
    code: code ?? `http_${status}`,
    status,
    param: text(body?.['param']),
    request_id: text(body?.['request_id']) ?? answer.headers.get('request-id'),
    doc_url: text(body?.['doc_url']),
  }
  const message = text(body?.['message']) ?? `The server answered ${status} without a Skiro error body.`

  if (status < 400) {
    // Followed redirects turn a POST into a GET, so they are never followed.
    const hint = `The server answered ${status}, a redirect. Set baseUrl to the address it points to.`
    return new ApiError(hint, { ...details, code: 'unexpected_redirect' })
  }
  if (status === 429) {
    return new RateLimitError(message, { ...details, retry_after: retryAfterSeconds(answer.headers) })
  }
  if (code?.startsWith('idempotency_')) return new IdempotencyError(message, details)
  if (status === 401) return new AuthenticationError(message, details)
  if (status === 403) return new PermissionError(message, details)
  if (status === 404) return new NotFoundError(message, details)
  if (status === 409) return new ConflictError(message, details)
  if (status < 500) return new InvalidRequestError(message, details)
  return new ApiError(message, details)
}

/**
 * Seconds of a `Retry-After` header: a number of seconds or an HTTP date (RFC 9110 §10.2.3). Null if absent.
 * A date is read against the answer's own `Date`: the server's clock and ours need not agree.
 */
export function retryAfterSeconds(headers: Headers): number | null {
  const value = headers.get('retry-after')?.trim()
  if (!value) return null
  if (/^\d+$/.test(value)) return Number(value)
  const until = Date.parse(value)
  if (Number.isNaN(until)) return null
  const sent = Date.parse(headers.get('date') ?? '')
  return Math.max(0, Math.ceil((until - (Number.isNaN(sent) ? Date.now() : sent)) / 1000))
}

function parseErrorBody(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body)
    return isRecord(parsed) ? parsed : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
