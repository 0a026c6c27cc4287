import type { Dispatcher } from 'undici'
import { EgressError } from './failure.ts'
import { HEAD_MAX_BYTES, renderHead } from './renderHead.ts'
import type { Target } from './target.ts'

/** An answer's body is never needed whole. */
export const BODY_MAX_BYTES = 64 * 1024

export type EgressAnswer = {
  status: number
  /** Status line, headers and the beginning of the body, together at most 4 KB, made harmless. */
  head: string
}

/**
 * One POST and its answer. Follows no redirect. Reads up to 64 KB of the body; of a longer one the connection is given up.
 * Rejects with an EgressError of `timeout` or `bad_answer`, or with the connection's own error when no answer began.
 * @param timeout_ms for all of it: connecting, sending, and the answer to its end, however slowly it comes
 */
export function exchange(
  dispatcher: Dispatcher,
  { origin, path }: Target,
  body: string,
  headers: Record<string, string>,
  timeout_ms: number,
): Promise<EgressAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null
    let answer: { status: number; text: string; headers: readonly (Buffer | string)[] } | null = null
    const kept: Buffer[] = []
    let size = 0
    let over = false
    const timer = setTimeout(() => {
      const error = new EgressError('timeout', `no complete answer within ${timeout_ms / 1000} s`)
      end(error)
      controller?.abort(error)
    }, timeout_ms)

    function end(error: Error | null): void {
      if (over) return
      over = true
      clearTimeout(timer)
      if (error || !answer) return reject(error ?? new Error('an answer without a head'))
      const head = renderHead(answer.status, answer.text, answer.headers, Buffer.concat(kept))
      resolve({ status: answer.status, head })
    }

    const options: Dispatcher.DispatchOptions = { origin, path, method: 'POST', headers, body }
    // The timer above is the only one.
    dispatcher.dispatch(
      { ...options, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(its) {
          controller = its
          // Its time was over before there was a connection for it.
          if (over) its.abort(new Error('given up'))
        },
        onResponseStart(its, status, _headers, text = '') {
          // Interim answers, of which there may be any number.
          if (status < 200) return
          answer = { status, text, headers: Array.isArray(its.rawHeaders) ? [...its.rawHeaders] : [] }
        },
        onResponseData(its, chunk) {
          if (size < HEAD_MAX_BYTES) kept.push(chunk)
          size += chunk.length
          if (size <= BODY_MAX_BYTES) return
          end(null)
          its.abort(new Error('read enough'))
        },
        onResponseEnd: () => end(null),
        onResponseError(_its, error) {
          if (answer === null) return end(error)
          // The connection was given up for all that was sent on it; what the answer is was known before.
          if (error instanceof EgressError) return end(null)
          end(new EgressError('bad_answer', 'the answer broke off', { cause: error }))
        },
      },
    )
  })
}
