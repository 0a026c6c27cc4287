import { nowMs } from '../../../lib/clock.ts'
import { ProviderError } from '../../../lib/errors.ts'

/** A whole level 2 book of a busy market is a few megabytes; more than this is not a book. */
const MAX_BYTES = 16 * 1024 * 1024

/** Failures to connect at all: the request never left this machine. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

export type JsonAnswer = { readonly json: unknown; readonly received_at_ms: number }

/**
 * GET of the public JSON document at `path` under `base`, all within `timeout_ms`. Redirects are not followed: a price comes from the address
 * in the configuration or not at all.
 * @throws ProviderError `refused` for a 4xx, `unavailable` when it was not reached, else `unknown`.
 */
export async function getJson(
  provider: string,
  base: string,
  path: string,
  timeout_ms: number,
): Promise<JsonAnswer> {
  const { status, text } = await download(provider, base.replace(/\/+$/, '') + path, timeout_ms)
  if (status < 200 || status > 299) {
    const kind = status >= 400 && status < 500 ? 'refused' : 'unknown'
    throw new ProviderError(provider, kind, `HTTP ${status}: ${text.slice(0, 200)}`)
  }
  try {
    return { json: JSON.parse(text), received_at_ms: nowMs() }
  } catch (cause) {
    throw new ProviderError(provider, 'unknown', 'the answer is not JSON', cause)
  }
}

async function download(provider: string, url: string, timeout_ms: number) {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeout_ms),
      headers: { accept: 'application/json', 'user-agent': 'skiro' },
    })
    return { status: response.status, text: await readText(response) }
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'TimeoutError') {
      throw new ProviderError(provider, 'unknown', `no answer within ${timeout_ms} ms`, cause)
    }
    const code = reasonCode(cause)
    const kind = NOT_REACHED.has(code) ? 'unavailable' : 'unknown'
    throw new ProviderError(provider, kind, `the request failed: ${code}`, cause)
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** `fetch` hides the reason (`ECONNREFUSED`) in the cause of its own TypeError. */
function reasonCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const inner = error.cause instanceof Error ? error.cause : error
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
}
