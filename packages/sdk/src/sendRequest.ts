import { connectionError } from './connectionError.ts'
import { type Answer, errorFromAnswer, retryAfterSeconds } from './errorFromAnswer.ts'
import { ApiError, type SkiroError } from './errors.ts'
import { checkIdempotencyKey, checkMaxRetries, checkTimeout, type RequestOptions } from './requestOptions.ts'
import { type Failure, retryDelayMs, shouldRetry } from './shouldRetry.ts'
import { SDK_VERSION } from './version.ts'

/** One call to the API. `path` starts with `/v1/`. */
export type ApiRequest = {
  method: 'GET' | 'POST'
  path: string
  query?: Record<string, string | number | Date | undefined>
  body?: unknown
  options?: RequestOptions | undefined
}

/** Sends a request, retries what may be retried, answers the parsed body or throws a `SkiroError`. */
export type Send = <T>(request: ApiRequest) => Promise<T>

/** Settings of the client. `fetch` is looked up late, so that instrumented globals are used. */
export type SendConfig = {
  key: string
  baseUrl: string
  timeoutMs: number
  maxRetries: number
  fetch: typeof globalThis.fetch | undefined
}

/** Makes the one function through which every resource talks. It closes over the key: nothing else holds it. */
export function createSend(config: SendConfig): Send {
  return async <T>(request: ApiRequest): Promise<T> => {
    const timeoutMs = checkTimeout(request.options?.timeoutMs ?? config.timeoutMs)
    const maxRetries = checkMaxRetries(request.options?.maxRetries ?? config.maxRetries)
    const url = config.baseUrl + request.path + queryString(request.query)
    const init = requestInit(config.key, request)
    for (let retry = 0; ; retry++) {
      const outcome = await attempt(config.fetch ?? globalThis.fetch, url, init, timeoutMs)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API contract vouches for the type
      if ('value' in outcome) return outcome.value as T
      if (retry >= maxRetries || !shouldRetry(outcome)) throw outcome.error
      await new Promise((wake) => setTimeout(wake, retryDelayMs(retry, outcome.retry_after)))
    }
  }
}

function requestInit(key: string, request: ApiRequest): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Bearer ${key}`,
    'user-agent': `skiro-sdk/${SDK_VERSION}`,
  }
  // A redirected POST would arrive as a GET. Better to fail and say so.
  const init: RequestInit = { method: request.method, headers, redirect: 'manual' }
  if (request.method === 'GET') return init
  headers['idempotency-key'] = checkIdempotencyKey(request.options?.idempotencyKey ?? crypto.randomUUID())
  if (request.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(request.body)
  }
  return init
}

async function attempt(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<{ value: unknown } | Failure> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), timeoutMs)
  let answer: Answer
  try {
    const response = await fetch(url, { ...init, signal: timeout.signal })
    answer = { status: response.status, headers: response.headers, text: await response.text() }
  } catch (cause) {
    const error = connectionError(cause, url, timeout.signal.aborted ? timeoutMs : null)
    return { error, replayed: false, retry_after: null }
  } finally {
    clearTimeout(timer)
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

function queryString(query: ApiRequest['query']): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) params.set(name, value instanceof Date ? value.toISOString() : String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
