import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/** A POST to a merchant's handler. */
export type Post = {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeout_ms: number
  /** Sends the body in so many pieces, with a pause before each. */
  readonly dribble?: { readonly pieces: number; readonly pause_ms: number } | undefined
  /** Takes certificates that nobody vouches for, as local servers have them. */
  readonly skip_verify?: boolean | undefined
}

/** What came of it. `never_reached`: the handler certainly saw nothing. */
export type Posted =
  | { readonly status: number; readonly location: string | null; readonly text: string; readonly ms: number }
  | { readonly status: null; readonly failure: string; readonly never_reached: boolean; readonly ms: number }

const TEXT_MAX = 1000
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Sends once, on a connection of its own, follows nothing. Not `fetch`: that refuses some local ports and sends a body
 * in one piece. Never throws.
 */
export async function post(input: Post): Promise<Posted> {
  const started = performance.now()
  const since = () => Math.round(performance.now() - started)
  const out_of_time = AbortSignal.timeout(input.timeout_ms)
  try {
    return { ...(await exchange(input, out_of_time)), ms: since() }
  } catch (error) {
    if (out_of_time.aborted) {
      const failure = `no answer within ${input.timeout_ms / 1000} s`
      return { status: null, failure, never_reached: false, ms: since() }
    }
    const { code, message } = firstOf(error)
    return { status: null, failure: message, never_reached: NOT_REACHED.has(code), ms: since() }
  }
}

async function exchange(
  { url, body, headers, dribble, skip_verify }: Post,
  signal: AbortSignal,
): Promise<{ status: number; location: string | null; text: string }> {
  const bytes = Buffer.from(body)
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return await new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        signal,
        headers: { 'content-length': bytes.length, ...headers },
        ...(skip_verify && { rejectUnauthorized: false }),
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          if (text.length < TEXT_MAX) text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          // An answer may come before the whole body went; nobody reads the rest.
          request.destroy()
          resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null, text })
        })
      },
    )
    request.on('error', reject)
    const { pieces, pause_ms } = dribble ?? { pieces: 1, pause_ms: 0 }
    void write(request, bytes, pieces, pause_ms)
  })
}

async function write(
  request: ReturnType<typeof httpRequest>,
  bytes: Buffer,
  pieces: number,
  pause_ms: number,
): Promise<void> {
  const size = Math.ceil(bytes.length / pieces)
  for (let at = 0; at < bytes.length && !request.destroyed; at += size) {
    if (pause_ms > 0) await sleep(pause_ms)
    request.write(bytes.subarray(at, at + size))
  }
  request.end()
}

/** A host name with two addresses fails with an error for each. */
function firstOf(error: unknown): { code: string; message: string } {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
  const { code = '', message = String(first) } = first as { code?: string; message?: string }
  return { code, message }
}
