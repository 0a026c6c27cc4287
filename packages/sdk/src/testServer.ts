import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { Skiro, SkiroError, type SkiroOptions } from './index.ts'

/** The key of every test. */
export const KEY = 'sk_test_3f9c2b7a51d84e60'
/** What the server answers when nothing depends on it. */
export const SESSION = {
  id: 'cs_1',
  object: 'checkout_session',
  status: 'pending',
  url: 'http://pay.test/cs_1',
}

type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string; at: number }
type Reply = (response: ServerResponse, attempt: number, request: Seen) => void

/** A real HTTP server that answers with `reply` and keeps what it was sent. Pauses between tries are short. */
export async function listen(t: TestContext, reply: Reply, options: SkiroOptions = {}) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const request_seen = { method, url, headers, body, at: performance.now() }
      seen.push(request_seen)
      reply(response, seen.length, request_seen)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  t.after(
    () =>
      new Promise((closed) => {
        server.close(closed)
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  return { seen, baseUrl, skiro: new Skiro(KEY, { baseUrl, retryDelayMs: 20, ...options }) }
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** An error body as the API writes it. */
export const problem = (error: string, more: object = {}) => ({
  error,
  message: `About ${error}.`,
  request_id: 'req_7',
  ...more,
})

/** The `SkiroError` with which the call failed. */
export async function caught(promise: Promise<unknown>): Promise<SkiroError> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof SkiroError, String(error))
    return error
  }
  return assert.fail('nothing was thrown')
}
