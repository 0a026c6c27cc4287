import type { FastifyInstance } from 'fastify'
import type { Body } from './document.ts'

export type Request = {
  readonly method: string
  readonly url: string
  readonly key: string | undefined
  readonly body?: Body | undefined
  readonly idempotency_key?: string
}

/** An answer without what differs from one request to the next. */
export type Answer = { readonly status: number; readonly headers: string; readonly text: string }

export type Call = (request: Request) => Promise<Answer>

const VARYING = new Set(['date', 'request-id', 'connection', 'keep-alive'])

/** Asks `app` as an HTTP client would, without a socket. */
export function callerOf(app: FastifyInstance): Call {
  return async ({ method, url, key, body, idempotency_key }) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotency_key !== undefined && { 'idempotency-key': idempotency_key }),
      },
      ...(body && { payload: JSON.stringify(body) }),
    })
    const headers = Object.entries(answer.headers)
      .filter(([name]) => !VARYING.has(name))
      .map(([name, value]) => `${name}: ${String(value)}`)
    return {
      status: answer.statusCode,
      headers: headers.toSorted().join('\n'),
      text: answer.body.replace(/"request_id":"req_\w+"/, '"request_id":"req_"'),
    }
  }
}

/** The answer as one text, with `id` made unknowable: an answer may repeat what it was asked for. */
export function bytesOf({ status, headers, text }: Answer, id = ''): string {
  const whole = `${status}\n${headers}\n\n${text}`
  return id === '' ? whole : whole.replaceAll(encodeURIComponent(id), '<id>').replaceAll(id, '<id>')
}
