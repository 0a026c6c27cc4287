import { InvalidRequestError } from './errors.ts'

/** Per-call settings. */
export type RequestOptions = {
  /** Only for POST. Up to 255 printable ASCII characters. Default: a new UUID v4. The same over all retries. */
  idempotencyKey?: string | undefined
  /** Milliseconds for each try, body included. */
  timeoutMs?: number | undefined
  /** Further tries after the first. */
  maxRetries?: number | undefined
  /** Ends the call, its pauses included. The call then fails with a `ConnectionError` of code `aborted`. */
  signal?: AbortSignal | undefined
}

/** Throws `InvalidRequestError` unless `ms` is a delay that timers keep: longer ones would fire at once. */
export function checkTimeout(ms: number): number {
  if (ms > 0 && ms <= 2_147_483_647) return ms
  throw invalidOption('timeoutMs', 'must be above 0 and at most 2147483647.')
}

/** Throws `InvalidRequestError` unless `ms` is a pause to begin with. */
export function checkRetryDelay(ms: number): number {
  if (ms >= 0 && ms <= 60_000) return ms
  throw invalidOption('retryDelayMs', 'must be from 0 to 60000.')
}

/** Throws `InvalidRequestError` unless `count` is a whole number from 0 up. */
export function checkMaxRetries(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count
  throw invalidOption('maxRetries', 'must be a whole number, 0 or more.')
}

/** Throws `InvalidRequestError` unless `key` can travel as a header value and is not too long. */
export function checkIdempotencyKey(key: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) return key
  throw invalidOption('idempotencyKey', 'must be 1 to 255 printable ASCII characters.')
}

/** The error for an option that cannot work, before anything is sent. */
export function invalidOption(param: string, message: string): InvalidRequestError {
  return new InvalidRequestError(`${param} ${message}`, { code: 'invalid_option', param })
}
