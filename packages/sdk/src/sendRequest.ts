import { attempt } from './attempt.ts'
import { connectionError } from './connectionError.ts'
import { type Answer, httpRequest, type HttpRequest, type Input, type OperationId } from './operation.ts'
import { checkIdempotencyKey, checkMaxRetries, checkTimeout, type RequestOptions } from './requestOptions.ts'
import { retryDelayMs, shouldRetry } from './shouldRetry.ts'
import { SDK_VERSION } from './version.ts'

/** Calls an operation, tries again what may be tried again, answers the parsed body or throws a `SkiroError`. */
export type Send = <Id extends OperationId>(
  id: Id,
  input: Input<Id>,
  options: RequestOptions | undefined,
) => Promise<Answer<Id>>

/** Settings of the client. `fetch` is looked up late, so that instrumented globals are used. */
export type SendConfig = {
  key: string
  baseUrl: string
  timeoutMs: number
  maxRetries: number
  retryDelayMs: number
  fetch: typeof globalThis.fetch | undefined
}

/** Makes the one function through which every resource talks. It closes over the key: nothing else holds it. */
export function createSend(config: SendConfig): Send {
  return async <Id extends OperationId>(id: Id, input: Input<Id>, options: RequestOptions = {}) => {
    const timeoutMs = checkTimeout(options.timeoutMs ?? config.timeoutMs)
    const maxRetries = checkMaxRetries(options.maxRetries ?? config.maxRetries)
    const request = httpRequest(config.baseUrl, id, input)
    const init = requestInit(config.key, request, options)
    const { signal } = options
    for (let retry = 0; ; retry++) {
      const outcome = await attempt(config.fetch ?? globalThis.fetch, request.url, init, {
        timeoutMs,
        signal,
      })
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API contract vouches for the type
      if ('value' in outcome) return outcome.value as Answer<Id>
      if (retry >= maxRetries || !shouldRetry(outcome, request.repeatable)) throw outcome.error
      await pause(retryDelayMs(config.retryDelayMs, retry, outcome.retry_after), signal)
      if (signal?.aborted) throw connectionError(signal.reason, request.url, { signal, timed_out_ms: null })
    }
  }
}

function requestInit(key: string, request: HttpRequest, options: RequestOptions): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Bearer ${key}`,
    'user-agent': `skiro-sdk/${SDK_VERSION}`,
  }
  // A redirected POST would arrive as a GET. Better to fail and say so.
  const init: RequestInit = { method: request.method, headers, redirect: 'manual' }
  if (request.method === 'POST')
    headers['idempotency-key'] = checkIdempotencyKey(options.idempotencyKey ?? crypto.randomUUID())
  if (request.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(request.body)
  }
  return init
}

/** Resolves after `ms`, or as soon as the signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake, { once: true })
    if (signal?.aborted) wake()
  })
}
