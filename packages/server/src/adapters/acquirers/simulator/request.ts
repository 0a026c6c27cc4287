import type { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import { errorWire } from './wire.ts'

export const PROVIDER = 'simulator'
const DEFAULT_TIMEOUT_MS = 10_000

/** Failures before the first byte of the request could leave: the acquirer certainly did nothing. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

export type Connection = {
  readonly url: string
  readonly secret_key: string
  readonly timeout_ms?: number
}

/** Fields of a JSON body. An amount stays a bigint up to its digits in the text: it is never a float. */
export type Fields = Readonly<Record<string, string | bigint>>

type Call = { readonly path: string; readonly body?: string; readonly key?: string }

/** The text of a JSON body, its members in the order given. */
export function writeJson(fields: Fields): string {
  const members = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
    return `${JSON.stringify(name)}:${text}`
  })
  return `{${members.join(',')}}`
}

function fetchFailure(error: unknown): ProviderError {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (NOT_REACHED.has(code)) return new ProviderError(PROVIDER, 'unavailable', `not reached: ${code}`, error)
  const what = error instanceof Error ? error.name : 'error'
  return new ProviderError(PROVIDER, 'unknown', `no answer: ${code === '' ? what : code}`, error)
}

/**
 * 409 means that a request with the same key still runs, so its effect may yet come. 429 is sent before anything is
 * looked at. Any other 4xx is a refusal; all else says nothing about what happened.
 */
function statusFailure(status: number, text: string): ProviderError {
  const parsed = errorWire.safeParse(readJson(text))
  const detail = parsed.success ? `${parsed.data.error.code}: ${parsed.data.error.message}` : 'no error body'
  const message = `answered ${status}, ${detail}`.slice(0, 300)
  if (status === 429) return new ProviderError(PROVIDER, 'unavailable', message)
  const undecided = status < 400 || status >= 500 || status === 408 || status === 409
  return new ProviderError(PROVIDER, undecided ? 'unknown' : 'refused', message)
}

/** The value of a JSON text, or undefined. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Sends once, never again by itself. @throws ProviderError, whose kind says whether the effect may have happened. */
async function exchange(connection: Connection, { path, body, key }: Call): Promise<unknown> {
  const init: RequestInit = {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${connection.secret_key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(connection.timeout_ms ?? DEFAULT_TIMEOUT_MS),
  }
  let status: number
  let text: string
  try {
    const response = await fetch(new URL(path, connection.url), init)
    status = response.status
    text = await response.text()
  } catch (error) {
    throw fetchFailure(error)
  }
  if (status < 200 || status > 299) throw statusFailure(status, text)
  return readJson(text)
}

/** One call, its answer parsed. An answer of another shape is `unknown`: the effect did happen. */
export async function request<S extends z.ZodType>(
  connection: Connection,
  schema: S,
  call: Call,
): Promise<z.infer<S>> {
  const parsed = schema.safeParse(await exchange(connection, call))
  if (parsed.success) return parsed.data
  throw new ProviderError(PROVIDER, 'unknown', `unexpected answer to ${call.path}`, parsed.error)
}
